import { isForward } from "../session/fault.ts";
import type { Command, Granularity, RunOptions } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { errors } from "./errors.ts";
import type { Launched } from "./launched.ts";
import type { Answer, RequestHandler, Requests } from "./request-handler.ts";

/** Requests after which the guest runs: answered at once, what comes of them is told in events. */
export const runRequests: Requests = {
  continue: resuming("continue"),
  next: resuming("next"),
  stepIn: resuming("stepIn"),
  stepOut: resuming("stepOut"),
  stepBack: resuming("stepBack"),
  reverseContinue: resuming("reverseContinue"),
  "balloon/reverseStepIn": resuming("reverseStepIn"),
  "balloon/reverseStepOut": resuming("reverseStepOut"),
  pause: { when: "running", run: pause },
  stepInTargets: { when: "stopped", run: stepInTargets },
  gotoTargets: { when: "stopped", run: gotoTargets },
  goto: { when: "ready", run: jump },
  restartFrame: { when: "ready", run: restartFrame },
};

const granularities: readonly Granularity[] = ["statement", "line", "instruction"];

function resuming(command: Command): RequestHandler {
  const isContinue = command === "continue" || command === "reverseContinue";
  return {
    when: "ready",
    run({ inspector, debuggee, session }, args) {
      if (session.stop?.reason.kind === "oops" && isForward(command)) throw errors.oops();
      const thread = inspector.thread(args);
      const granularity = isContinue ? undefined : args.optionalOneOf("granularity", granularities);
      const target = command === "stepIn" ? args.optionalInteger("targetId") : undefined;
      const options: RunOptions = {
        ...(granularity === undefined ? {} : { granularity }),
        ...(target === undefined ? {} : { target: inspector.stepInTarget(target) }),
        ...(args.flag("singleThread") ? { singleThread: true } : {}),
      };
      inspector.forget();
      return {
        ...(command === "continue" ? { body: { allThreadsContinued: true } } : {}),
        after: () => debuggee.start(command, thread, options),
      };
    },
  };
}

function pause({ debuggee }: Launched): Answer {
  debuggee.pause();
  return {};
}

function stepInTargets({ inspector }: Launched, args: Arguments): Answer {
  return { body: { targets: inspector.stepInTargets(args) } };
}

function gotoTargets({ inspector }: Launched, args: Arguments): Answer {
  return { body: { targets: inspector.gotoTargets(args) } };
}

function jump({ inspector, session, debuggee }: Launched, args: Arguments): Answer {
  const id = args.integer("targetId");
  const thread = inspector.thread(args);
  if (inspector.gotoTarget(id) !== thread) throw errors.unknownTarget(id);
  inspector.forget();
  const go = () => session.goto(thread, id);
  return { after: () => debuggee.run({ direction: "forward", title: "Jumping", go }, thread) };
}

function restartFrame({ inspector, session, debuggee }: Launched, args: Arguments): Answer {
  const frame = inspector.restartable(args);
  const go = () => session.restartFrame(frame);
  inspector.forget();
  const title = "Going back to the frame's beginning";
  return { after: () => debuggee.run({ direction: "back", title, go }) };
}
