/**
 * Going back: to the statement before this one in some sense, or to the stop before this one. Each
 * way finds the mark first, by running stretches of the past forward, and then goes there.
 */
import { present } from "../base/assert.ts";
import { fits, planCaller, type BackPlan } from "./back-plan.ts";
import { reasonHere } from "./forward.ts";
import { lastWithin } from "./last-statement.ts";
import type { Playback } from "./playback.ts";
import type { StopPolicy } from "./policy.ts";
import type { Mark, StopReason } from "./types.ts";

/**
 * The first statement of the activation at `index` of a thread's frames, which stand at `here`;
 * null when the run does not hold its beginning.
 */
export async function activationStart(
  playback: Playback,
  thread: number,
  index: number,
  here: Mark,
): Promise<Mark | null> {
  const { machine } = playback;
  const { debug, state } = machine;
  const frames = state.threads[thread]!.frames;
  const fn = debug.sites[frames[index]![0] as number]!.fn;
  let from = await beforeActivation(playback, thread, index, here);
  if (from === null) return null;
  await playback.goTo(from);
  // The first statement of the function at this depth, in the first dispatch that has one.
  for (; from.dispatch <= here.dispatch; from = { dispatch: from.dispatch + 1, statement: 0 }) {
    if (state.dispatches < from.dispatch) await playback.replayUntil(from.dispatch);
    playback.play({ kind: "counts" });
    for (;;) {
      let statement = 0;
      const outcome = playback.count((number, _, site) => {
        statement = number;
        return machine.running?.id === thread && debug.sites[site]!.fn === fn;
      });
      if (outcome !== "stopped") break;
      if (state.stopped!.frames.length === index + 1) {
        return { dispatch: state.dispatches, statement };
      }
    }
  }
  return null;
}

/** A point after which the activation begins, and no other of the same function at this depth. */
async function beforeActivation(
  playback: Playback,
  thread: number,
  index: number,
  here: Mark,
): Promise<Mark | null> {
  const { machine } = playback;
  const { state, debug } = machine;
  const { kind } = state.threads[thread]!;
  if (index > 0) {
    return previousStatement(playback, planCaller(debug, state.threads[thread]!, index), here);
  }
  // An interrupt is handled within its dispatch; a thread begins in the first that it runs in.
  if (kind === "irq") return { dispatch: here.dispatch, statement: 0 };
  playback.rewind(0);
  playback.play({ kind: "counts" });
  while (state.dispatches <= here.dispatch) {
    const { dispatches: dispatch } = state;
    if (!(await playback.replayUntil(dispatch + 1))) return null;
    if (state.lastThread === thread) return { dispatch, statement: 0 };
  }
  return null;
}

export async function previousStatement(
  playback: Playback,
  plan: BackPlan,
  here: Mark,
): Promise<Mark | null> {
  const { state } = playback.machine;
  if (state.stopped?.id === plan.thread) {
    const statement = await lastWithin(playback, plan, here.dispatch, here.statement);
    if (statement > 0) return { dispatch: here.dispatch, statement };
  }
  for (let end = here.dispatch; end > 0;) {
    const from = playback.rewind(end - 1);
    playback.approach(end);
    for (const dispatch of await candidates(playback, plan, end)) {
      const statement = await lastWithin(playback, plan, dispatch, Infinity);
      if (statement > 0) return { dispatch, statement };
    }
    end = from;
  }
  return null;
}

/** Dispatches from here to `end` in which there may be such a statement, the last first. */
async function candidates(
  playback: Playback,
  plan: BackPlan,
  end: number,
): Promise<readonly number[]> {
  const { state } = playback.machine;
  if (plan.sites !== null) {
    const last = await lastDispatchWith(playback, plan, plan.sites, end);
    return last < 0 ? [] : [last];
  }
  const ran: number[] = [];
  playback.play({ kind: "counts" });
  await playback.replayUntil(end, (dispatch) => {
    if (state.lastThread === plan.thread) ran.push(dispatch);
  });
  return ran.reverse();
}

/** One run over the whole stretch, in which only these statements stop; -1 when none did. */
async function lastDispatchWith(
  playback: Playback,
  plan: BackPlan,
  sites: ReadonlySet<number>,
  end: number,
): Promise<number> {
  const { debug, state } = playback.machine;
  let last = -1;
  playback.play({ kind: "counts", step: { thread: plan.thread, sites, ends: () => true } });
  while (state.stopped !== null || state.dispatches < end) {
    if (playback.advance() === "stopped") {
      const { frames } = state.stopped!;
      const { fn } = debug.sites[frames.at(-1)![0] as number]!;
      if (fits(plan, frames.length, fn)) last = state.dispatches;
      continue;
    }
    playback.betweenDispatches();
    if (playback.mustBreathe()) await playback.breathe();
  }
  return last;
}

/** To the last stop before this one that a run forward would have made; null: there is none. */
export async function previousStop(
  playback: Playback,
  policy: StopPolicy,
  here: Mark,
): Promise<{ readonly reason: StopReason | null; readonly said: readonly string[] }> {
  await playback.learnHits();
  const said: string[] = [];
  const lastHit = await lastHitWithin(playback, policy, here);
  said.unshift(...lastHit.said);
  if (lastHit.statement > 0) {
    await playback.replayTo(here.dispatch);
    const reason = await stopAgain(playback, policy, lastHit.statement);
    return { reason, said: said.reverse() };
  }
  // What happened in the dispatch that ended where we stand is no place before it.
  let last = here.statement > 0 ? here.dispatch : here.dispatch - 1;
  for (let end = here.dispatch; end > 0;) {
    const from = playback.rewind(end - 1);
    const hits = await runToHit(playback, policy, { end, last, nth: Infinity });
    if (hits.count > 0) {
      // Not `rewind`: the checkpoint there may have made room for one that was taken since.
      await playback.replayTo(from);
      const { reason } = await runToHit(playback, policy, { end, last, nth: hits.count });
      // Breakpoints were taken away meanwhile: then this stretch is looked through once more.
      if (reason === null) continue;
      return { reason, said: [...hits.said, ...said].reverse() };
    }
    said.unshift(...hits.said);
    end = from;
    last = from;
  }
  return { reason: null, said: said.reverse() };
}

interface Hits {
  readonly count: number;
  readonly reason: StopReason | null;
  /** What log points said after the last hit. */
  readonly said: readonly string[];
}

/** The last statement of the present dispatch before `here` at which the policy stops; 0 for none. */
async function lastHitWithin(
  playback: Playback,
  policy: StopPolicy,
  here: Mark,
): Promise<{ statement: number; said: readonly string[] }> {
  const end = here.statement - 1;
  if (end < 1) return { statement: 0, said: [] };
  await playback.replayTo(here.dispatch);
  policy.moved();
  policy.takeQuietOutput();
  playback.play({ kind: "stops" });
  let last = 0;
  for (let statement = 0; statement < end;) {
    let wasHit = false;
    playback.count((number, hit) => {
      statement = number;
      wasHit = hit;
      return hit || number === end;
    });
    const thread = present(playback.machine.state.stopped, "a dispatch ended before its mark");
    const site = thread.frames.at(-1)![0] as number;
    if (!wasHit || policy.reasonAt(site, thread) === null) continue;
    last = statement;
    policy.takeQuietOutput();
  }
  return { statement: last, said: policy.takeQuietOutput() };
}

/** The stop at this statement of the present dispatch, met again: only then its reason is known. */
async function stopAgain(
  playback: Playback,
  policy: StopPolicy,
  statement: number,
): Promise<StopReason> {
  policy.moved();
  playback.play({ kind: "stops" });
  playback.count((number) => number === statement);
  const thread = present(playback.machine.state.stopped, "a replayed stop was not met again");
  const site = thread.frames.at(-1)![0] as number;
  return present(policy.reasonAt(site, thread), "a replayed hit was not met again");
}

interface Stretch {
  /** Where it ends: the start of a dispatch. */
  readonly end: number;
  /** The last such start at which what happened in the dispatch before it counts. */
  readonly last: number;
  /** Stops at this hit. */
  readonly nth: number;
}

/** Runs forward over a stretch, or to one of its hits; counts them. */
async function runToHit(
  playback: Playback,
  policy: StopPolicy,
  { end, last, nth }: Stretch,
): Promise<Hits> {
  const { state } = playback.machine;
  policy.moved();
  policy.takeEventReason();
  policy.takeQuietOutput();
  playback.play({ kind: "stops" });
  let count = 0;
  while (state.stopped !== null || state.dispatches < end) {
    const outcome = playback.advance();
    let reason: StopReason | null;
    if (outcome === "stopped") {
      reason = reasonHere(playback, policy, null);
    } else {
      playback.betweenDispatches();
      const happened = policy.takeEventReason();
      reason = state.dispatches <= last ? happened : null;
    }
    if (reason !== null) {
      policy.takeQuietOutput();
      if (++count === nth) return { count, reason, said: [] };
    }
    if (playback.mustBreathe()) await playback.breathe();
  }
  return { count, reason: null, said: policy.takeQuietOutput() };
}
