import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Stop } from "../session/types.ts";
import type { BreakpointKind, Breakpoints } from "./breakpoints.ts";
import { filterLabel } from "./exception-filters.ts";
import type { BalloonStopped } from "./protocol.ts";

/** Body of the `stopped` event; the guest stops as a whole. */
export function stoppedBody(
  stop: Stop,
  breakpoints: Breakpoints,
): DebugProtocol.StoppedEvent["body"] & BalloonStopped {
  const { thread, time } = stop;
  return {
    threadId: thread,
    allThreadsStopped: true,
    virtualTime: time,
    ...why(stop, breakpoints),
  };
}

function why(
  { reason }: Stop,
  breakpoints: Breakpoints,
): Pick<
  DebugProtocol.StoppedEvent["body"],
  "reason" | "description" | "text" | "hitBreakpointIds"
> {
  switch (reason.kind) {
    case "entry":
      return { reason: "entry", description: "Paused at the beginning" };
    case "start":
      return {
        reason: "entry",
        description: "Beginning of the run",
        text: "There is nothing earlier to go back to.",
      };
    case "breakpoint": {
      const { ids, kind } = breakpoints.hit(reason.ids);
      return { reason: breakpointReasons[kind ?? "line"], hitBreakpointIds: ids };
    }
    case "exception":
      return { reason: "exception", description: filterLabel(reason.filter), text: reason.text };
    case "oops":
      return { reason: "exception", description: "Oops", text: reason.text };
    case "end":
      return {
        reason: "end",
        description: "Scenario finished",
        text: "Go back from here, or continue to close the session.",
      };
    case "data":
      return {
        reason: "data breakpoint",
        description: reason.text,
        text: reason.by === "" ? reason.text : `${reason.text}, by ${reason.by}`,
        hitBreakpointIds: breakpoints.hit(reason.ids).ids,
      };
    case "endless":
      return { reason: "endless loop", description: "Endless loop", text: reason.text };
    case "goto":
      // Without words the guest is where it was asked to go.
      return {
        reason: "goto",
        ...(reason.text === "" ? {} : { description: reason.text, text: reason.text }),
      };
    case "step":
    case "pause":
      return { reason: reason.kind };
  }
}

const breakpointReasons: Readonly<Record<BreakpointKind, string>> = {
  line: "breakpoint",
  function: "function breakpoint",
  instruction: "instruction breakpoint",
  data: "data breakpoint",
};
