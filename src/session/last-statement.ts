/**
 * The last statement of a dispatch, before some point of it, at which a step back may end. A first
 * run over the dispatch writes down which statements come into question by where they stand. How
 * deep one stands is seen only where the thread is stopped, so that is looked at for the last few,
 * and for more of them, in another run, only when none of those will do: a loop may make hundreds
 * of thousands.
 */
import { assert } from "../base/assert.ts";
import type { DebugInfo } from "../base/kernel-image.ts";
import { fits, type BackPlan } from "./back-plan.ts";
import type { Playback } from "./playback.ts";
import type { Mark } from "./types.ts";

/** What looking through a dispatch has shown: another step back there need not look again. */
export interface Look {
  readonly dispatch: number;
  /** Statements at these sites, null for all, from number `begin` to before number `end`. */
  readonly sites: ReadonlySet<number> | null;
  readonly begin: number;
  readonly end: number;
  /** Their numbers, in order, and at which site each stands. */
  readonly numbers: readonly number[];
  readonly siteOf: readonly number[];
  /** Number of frames there. */
  readonly depths: number[];
  /** Known are the depths from this index on. */
  measuredFrom: number;
}

/** So many statements before the end are written down first, and so many times as many the next time. */
const REACH = 1 << 18;
const FURTHER = 16;
/** So many depths are looked at first, and so many times as many the next time. */
const FIRST = 64;
const MORE = 8;

/** Number of the last statement of `dispatch` before number `end` that the plan takes; 0 for none. */
export async function lastWithin(
  playback: Playback,
  plan: BackPlan,
  dispatch: number,
  end: number,
): Promise<number> {
  let look =
    playback.lookAt(dispatch, plan.sites, end) ??
    (await lookThrough(playback, plan, { dispatch, end, reach: REACH }));
  for (;;) {
    const last = lastOf(look, plan, playback.machine.debug, end);
    if (last !== null) return last;
    if (plan.functions !== null && look.measuredFrom > 0) await measure(playback, look);
    else {
      const reach = FURTHER * (end - look.begin);
      look = await lookThrough(playback, plan, { dispatch, end, reach });
    }
  }
}

/** Whether the statement before this one is in the same dispatch, and that has been looked through. */
export function isKnown(playback: Playback, plan: BackPlan, here: Mark): boolean {
  const look = playback.lookAt(here.dispatch, plan.sites, here.statement);
  const last = look && lastOf(look, plan, playback.machine.debug, here.statement);
  return last !== null && last > 0;
}

/** Null: statements, or depths, that are not known yet decide. */
function lastOf(look: Look, plan: BackPlan, debug: DebugInfo, end: number): number | null {
  const { begin, numbers, siteOf, depths, measuredFrom } = look;
  let last = 0;
  let lastLine = "";
  for (let i = numbers.length - 1; i >= 0; i--) {
    const site = siteOf[i]!;
    if (numbers[i]! >= end || plan.sites?.has(site) === false) continue;
    if (plan.functions !== null && i < measuredFrom) return null;
    const { fn, line } = debug.sites[site]!;
    if (!fits(plan, depths[i] ?? 0, fn)) continue;
    const where = plan.byLine ? `${fn} ${line}` : "";
    if (last > 0 && (!plan.byLine || where !== lastLine)) return last;
    last = numbers[i]!;
    lastLine = where;
  }
  return begin > 0 ? null : last;
}

async function lookThrough(
  playback: Playback,
  { sites }: BackPlan,
  { dispatch, end, reach }: { dispatch: number; end: number; reach: number },
): Promise<Look> {
  await playback.replayTo(dispatch);
  const begin = end === Infinity ? 0 : Math.max(0, end - reach);
  const numbers: number[] = [];
  const siteOf: number[] = [];
  await playback.countOn((statement, _, site) => {
    if (statement >= end) return true;
    if (statement >= begin && sites?.has(site) !== false) {
      numbers.push(statement);
      siteOf.push(site);
    }
    return false;
  });
  const measuredFrom = numbers.length;
  const look = { dispatch, sites, begin, end, numbers, siteOf, depths: [], measuredFrom };
  playback.keepLook(look);
  return look;
}

async function measure(playback: Playback, look: Look): Promise<void> {
  const { dispatch, numbers, depths, measuredFrom } = look;
  const more = Math.max(FIRST, (MORE - 1) * (numbers.length - measuredFrom));
  const from = Math.max(0, measuredFrom - more);
  await playback.replayTo(dispatch);
  const { state } = playback.machine;
  for (let i = from; i < measuredFrom; i++) {
    const outcome = await playback.countOn((statement) => statement === numbers[i]);
    assert(outcome === "stopped", `statement ${numbers[i]} of dispatch ${dispatch} is not there`);
    depths[i] = state.stopped!.frames.length;
  }
  look.measuredFrom = from;
}
