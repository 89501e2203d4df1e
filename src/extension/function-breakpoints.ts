import * as vscode from "vscode";

/** VS Code itself would keep a second one of the same name. */
export function breakAtFunction(name: string): void {
  if (breakpointsAt(name).length === 0)
    vscode.debug.addBreakpoints([new vscode.FunctionBreakpoint(name)]);
}

export function toggleFunction(name: string): void {
  const present = breakpointsAt(name);
  if (present.length > 0) vscode.debug.removeBreakpoints(present);
  else breakAtFunction(name);
}

export function breakpointsAt(name: string): readonly vscode.FunctionBreakpoint[] {
  return vscode.debug.breakpoints.filter(
    (each): each is vscode.FunctionBreakpoint =>
      each instanceof vscode.FunctionBreakpoint && each.functionName === name,
  );
}
