/** A seek is told where what it looks for may change; where others listen, it asks everywhere. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { SeekTarget } from "../../src/session/types.ts";
import { open } from "./small-guest.ts";

function watchElsewhere(session: Session): void {
  const { dataId } = session.dataBreakpointInfo({ expression: "min_free_kbytes", frame: null });
  session.setDataBreakpoints([
    { dataId: dataId!, access: "change", condition: null, hitCondition: null, logMessage: null },
  ]);
}

async function places(session: Session, target: SeekTarget, times: number): Promise<string[]> {
  const found: string[] = [];
  for (let i = 0; i < times; i++) {
    const { reason } = await session.seek(target);
    const { dispatch, statement } = await session.mark();
    found.push(`${reason.kind} ${dispatch} ${statement}`);
  }
  return found;
}

test.each([
  ["condition", "nr_free_pages < 8000"],
  ["condition", "balloon_pages > 4000"],
  ["change", "oom_kill"],
  ["change", "balloon_pages"],
])("the nearest %s of %s is the same either way", async (kind, text) => {
  const told = open();
  const asking = open();
  for (const session of [told, asking]) await session.seek({ kind: "time", time: 60_000_000 });
  watchElsewhere(asking);
  const target = (direction: "forward" | "back"): SeekTarget => {
    if (kind === "condition") return { kind, expression: text, direction };
    const { dataId } = told.dataBreakpointInfo({ expression: text, frame: null });
    return { kind: "change", dataId: dataId!, direction };
  };
  for (const direction of ["forward", "back"] as const) {
    const expected = await places(asking, target(direction), 2);
    expect(await places(told, target(direction), 2)).toEqual(expected);
  }
});
