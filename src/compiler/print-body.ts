/** What structured bodies and state machines have in common: calls, probes, saving a frame. */
import { spell, type Code, type Spelling } from "./code.ts";
import type { CallStatement, ModelCall, Site, Statement } from "./ir.ts";
import type { ModelFunction } from "./program.ts";

/** `fast` calls fast bodies; `route` asks which body at each call; `step` has probes as well. */
export type Mode = "fast" | "route" | "step";

export interface BodyContext {
  readonly fn: ModelFunction;
  readonly mode: Mode;
  readonly spelling: Spelling;
}

export function text(context: BodyContext, code: Code): string {
  const { plain, watched } = code;
  return spell(context.mode === "step" ? watched : plain, context.fn.variables, context.spelling);
}

/** Can this call return because a thread is being suspended? */
export function maySuspend(context: BodyContext, statement: CallStatement): boolean {
  return context.mode !== "fast" || statement.site.suspendsInFast;
}

/** Is there a point in these statements at which a frame may be saved? */
export function hasSuspension(context: BodyContext, statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    switch (statement.kind) {
      case "probe":
        return context.mode === "step";
      case "call":
        return maySuspend(context, statement);
      case "if":
        return (
          hasSuspension(context, statement.then) ||
          hasSuspension(context, statement.otherwise ?? [])
        );
      case "block":
        return hasSuspension(context, statement.body);
      case "loop":
        return [statement.beforeTest, statement.body, statement.update].some((part) =>
          hasSuspension(context, part),
        );
      case "switch":
        return statement.cases.some((part) => hasSuspension(context, part.body));
      default:
        return false;
    }
  });
}

export function callText(context: BodyContext, call: ModelCall): string {
  const args = call.args.map((arg) => text(context, arg)).join(", ");
  switch (call.kind) {
    case "external":
      return `${call.external.output}(${args})`;
    case "function":
      return directCall(context, call.callee, args);
    case "member": {
      const member = text(context, call.callee);
      const callee = context.mode === "fast" ? member : `$body(${member})`;
      if (call.receiver === null) return `${callee}(${args})`;
      const receiver = [text(context, call.receiver), ...(args === "" ? [] : [args])];
      return `${callee}.call(${receiver.join(", ")})`;
    }
  }
}

function directCall(context: BodyContext, callee: ModelFunction, args: string): string {
  const { output, id } = callee;
  if (context.mode === "fast") return `${output}(${args})`;
  const step = `${output}$step(${args})`;
  // A function without calls has nothing to route: its fast body serves.
  if (!hasRoute(callee)) return `($bodyOf[${id}] === 2 ? ${step} : ${output}(${args}))`;
  return `($bodyOf[${id}] === 0 ? ${output}(${args}) : $bodyOf[${id}] === 1 ? ${output}$route(${args}) : ${step})`;
}

/** Does the function have a route body of its own? */
export function hasRoute(fn: ModelFunction): boolean {
  return fn.lowered!.sites.some((site) => site.kind === "call");
}

export function saveText(context: BodyContext, site: Site): string {
  return `if ($u !== 0) return $save([${frameValues(context, site)}]);`;
}

export function probeText(context: BodyContext, site: Site): string {
  const { id, visible } = site;
  const stops = `$stop${visible.length}(${frameValues(context, site)})`;
  return `if ($armed[${id}] !== 0 && $asks(${id}) && ${stops}) return;`;
}

function frameValues(context: BodyContext, site: Site): string {
  return [String(site.id), ...site.visible.map(context.spelling)].join(", ");
}
