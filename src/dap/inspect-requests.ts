import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Arguments } from "./arguments.ts";
import { errors } from "./errors.ts";
import type { Launched } from "./launched.ts";
import { modulesBody } from "./modules.ts";
import type { Answer, Requests } from "./request-handler.ts";

/** Questions about the guest and its sources that change nothing. */
export const inspectRequests: Requests = {
  source: { when: "launched", run: source },
  loadedSources: { when: "launched", run: ({ sources }) => ({ body: { sources: sources.all() } }) },
  modules: { when: "launched", run: (launched, args) => ({ body: modulesBody(launched, args) }) },
  threads: { when: "launched", run: ({ inspector }) => ({ body: inspector.threads() }) },
  evaluate: { when: "launched", run: evaluate },
  completions: {
    when: "stopped",
    run: ({ inspector }, args) => ({ body: inspector.completions(args) }),
  },
  stackTrace: {
    when: "stopped",
    run: ({ inspector }, args) => ({ body: inspector.stackTrace(args) }),
  },
  scopes: { when: "stopped", run: ({ inspector }, args) => ({ body: inspector.scopes(args) }) },
  variables: { when: "stopped", run: variables },
  exceptionInfo: {
    when: "stopped",
    run: ({ inspector }, args) => ({ body: inspector.exceptionInfo(args) }),
  },
};

function source({ sources }: Launched, args: Arguments): Answer {
  const reference = args.optionalInteger("sourceReference") ?? 0;
  const given = args.has("source") ? args.object("source") : args;
  const file = sources.fromClient(reference > 0 ? args : given);
  const name = given.optionalString("path") ?? `source reference ${reference}`;
  if (file === null) throw errors.unknownSource(name);
  const mimeType = file.kind === "model" ? "text/typescript" : "text/yaml";
  const body: DebugProtocol.SourceResponse["body"] = {
    content: sources.text(file, name),
    mimeType,
  };
  return { body };
}

/** The stack of a call that is over has to be looked for first. */
function variables(
  { session, inspector, debuggee }: Launched,
  args: Arguments,
): Answer | Promise<Answer> {
  const pending = session.expand(inspector.reference(args));
  if (pending === null) return { body: inspector.variables(args) };
  return debuggee.lookBack(pending).then(() => ({ body: inspector.variables(args) }));
}

/**
 * Global names can be evaluated while the guest runs, so that a watch stays alive. In the console
 * `a = b` sets; everywhere else nothing that is evaluated changes anything.
 */
function evaluate(launched: Launched, args: Arguments): Answer | Promise<Answer> {
  const { inspector, debuggee } = launched;
  if (debuggee.running && args.has("frameId")) throw errors.notStopped("evaluate");
  const assignment =
    args.optionalString("context") === "repl" ? splitAssignment(args.string("expression")) : null;
  return assignment === null
    ? { body: inspector.evaluate(args) }
    : assign(launched, args, assignment);
}

interface Assignment {
  readonly target: string;
  readonly value: string;
}

async function assign(
  { session, inspector, debuggee }: Launched,
  args: Arguments,
  { target, value }: Assignment,
): Promise<Answer> {
  if (debuggee.running) throw errors.notStopped("evaluate");
  const frame = inspector.optionalFrame(args);
  const outcome = await debuggee.edit(() => session.setExpression(target, value, frame));
  const shown = outcome.value;
  return {
    body: shown === null ? { result: value, variablesReference: 0 } : inspector.evaluated(shown),
    after: () => debuggee.invalidate(["variables"]),
  };
}

/** `vb->a = b`, where `=` stands alone and outside of brackets and quotes. */
export function splitAssignment(text: string): Assignment | null {
  const [, left, value] = assignment.exec(text) ?? [];
  const target = left?.trim() ?? "";
  return target === "" || value === undefined ? null : { target, value };
}

const assignment = /^([^=!<>"'()?]*(?:->[^=!<>"'()?]*)*)=(?!=)\s*(\S.*)$/s;
