import type { EditOutcome } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { errors } from "./errors.ts";
import { readFormat } from "./inspector.ts";
import type { Launched } from "./launched.ts";
import type { KnobsBody } from "./protocol.ts";
import type { Answer, Requests } from "./request-handler.ts";

/** Changes of the guest's state. Each is recorded where it is made, so going back and forth keeps it. */
export const editRequests: Requests = {
  setVariable: { when: "stopped", run: setVariable },
  setExpression: { when: "stopped", run: setExpression },
  terminateThreads: { when: "stopped", run: terminateThreads },
  "balloon/knobs": { when: "launched", run: knobs },
  "balloon/setKnob": { when: "stopped", run: setKnob },
};

async function setVariable(launched: Launched, args: Arguments): Promise<Answer> {
  const { session, inspector, debuggee } = launched;
  const ref = inspector.reference(args);
  const name = args.string("name");
  const value = args.string("value");
  const outcome = await debuggee.edit(() => session.setVariable(ref, name, value));
  return changed(launched, args, outcome, value);
}

async function setExpression(launched: Launched, args: Arguments): Promise<Answer> {
  const { session, inspector, debuggee } = launched;
  const expression = args.string("expression");
  const value = args.string("value");
  const frame = inspector.optionalFrame(args);
  const outcome = await debuggee.edit(() => session.setExpression(expression, value, frame));
  return changed(launched, args, outcome, value);
}

function changed(
  { inspector, debuggee }: Launched,
  args: Arguments,
  { value }: EditOutcome,
  text: string,
): Answer {
  const shown = value === null ? { value: text } : inspector.result(value, readFormat(args));
  return { body: shown, after: () => debuggee.invalidate(["variables"]) };
}

/** SIGKILL for each task, as the OOM killer sends it. */
async function terminateThreads(launched: Launched, args: Arguments): Promise<Answer> {
  const { session, inspector, debuggee } = launched;
  const ids = args.integers("threadIds").map((id) => inspector.knownThread(id));
  if (ids.length === 0) throw errors.noThreads();
  // All of them or none.
  const problem = ids.map((id) => session.killProblem(id)).find((each) => each !== null);
  if (problem != null) throw errors.edit(problem);
  for (const id of ids) await debuggee.edit(() => session.killTask(id));
  return { after: () => debuggee.invalidate(["threads", "stacks", "variables"]) };
}

function knobs({ session }: Launched): Answer {
  const body: KnobsBody = { knobs: session.knobs() };
  return { body };
}

async function setKnob(launched: Launched, args: Arguments): Promise<Answer> {
  const { session, debuggee } = launched;
  const name = args.string("name");
  const value = args.string("value");
  await debuggee.edit(() => session.setKnob(name, value));
  return { ...knobs(launched), after: () => debuggee.invalidate(["variables"]) };
}
