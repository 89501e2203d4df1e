import type { Crossing } from "../base/crossing.ts";
import type { DataBreakpointRequest, SessionApi } from "../session/types.ts";

/** A threshold on what a name stands for; an unknown name is refused where it is resolved. */
export function thresholdOf(
  session: SessionApi,
  name: string,
  condition: string,
  rest: Pick<DataBreakpointRequest, "hitCondition" | "logMessage">,
): DataBreakpointRequest {
  const { dataId } = session.dataBreakpointInfo({ expression: name, frame: null });
  const known = dataId ?? JSON.stringify(["expression", name]);
  return { ...rest, dataId: known, access: "change", condition };
}

/** Both ways past a value. */
export function crossingOf(
  session: SessionApi,
  { counter, value }: Crossing,
  rest: Pick<DataBreakpointRequest, "hitCondition" | "logMessage">,
): readonly DataBreakpointRequest[] {
  return [`>= ${value}`, `< ${value}`].map((condition) =>
    thresholdOf(session, counter, condition, rest),
  );
}
