import { diagnosticLine } from "../dap/errors.ts";
import type { Paint } from "../dap/table.ts";
import type { Diagnostic } from "../scenario/types.ts";

/**
 * A diagnostic as compilers show it:
 *
 *     guest.balloon.yaml:2:3: error: Unknown key "memroy". Did you mean "memory"?
 *       2 |   memroy: 1GiB
 *         |   ^~~~~~
 */
export function renderDiagnostic(
  path: string,
  text: string,
  diagnostic: Diagnostic,
  paint: Paint,
): string {
  const { line, column, endLine, endColumn } = diagnostic.range;
  const headline = diagnosticLine(path, diagnostic);
  const source = printable(text.split(/\r?\n/)[line] ?? "");
  if (source.trim() === "" || column > source.length) return `${paint.bold(headline)}\n`;
  const number = String(line + 1);
  const end = endLine === line ? Math.min(endColumn, source.length) : source.length;
  // Tabs stay tabs under tabs, so that the caret stands below its place whatever their width.
  const indent = source.slice(0, column).replace(/[^\t]/g, " ");
  const mark = `^${"~".repeat(Math.max(0, end - column - 1))}`;
  return [
    paint.bold(headline),
    `  ${number} | ${source}`,
    `  ${" ".repeat(number.length)} | ${indent}${paint.bad(mark)}`,
    "",
  ].join("\n");
}

const longestLine = 200;

/** A file that is none of ours may hold anything, also what a terminal takes for commands. */
function printable(source: string): string {
  const visible = source.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\u00b7");
  return visible.length > longestLine ? `${visible.slice(0, longestLine)}…` : visible;
}
