/** Runs on until something asks for a stop. */
import { present } from "../base/assert.ts";
import type { Outcome } from "../machine/machine.ts";
import { LongDispatch, type Playback } from "./playback.ts";
import type { StopPolicy } from "./policy.ts";
import type { StepPlan } from "./stepping.ts";
import type { StopReason } from "./types.ts";

export interface ForwardOptions {
  readonly step: StepPlan | null;
  /** Between two dispatches: a reason to stop there. */
  readonly between?: () => StopReason | null;
}

export async function runForward(
  playback: Playback,
  policy: StopPolicy,
  { step, between }: ForwardOptions,
): Promise<StopReason> {
  const { state } = playback.machine;
  await playback.learnHits();
  policy.takeEventReason();
  policy.moved();
  playback.play({ kind: "stops", loud: true, ...(step === null ? {} : { step }) });
  for (;;) {
    if (state.stopped === null && policy.finished()) return { kind: "end" };
    let outcome: Outcome;
    try {
      outcome = playback.advance();
    } catch (cause) {
      if (!(cause instanceof LongDispatch)) throw cause;
      await playback.takeTime();
      continue;
    }
    if (outcome === "stopped") {
      const reason = reasonHere(playback, policy, step);
      if (reason !== null) return reason;
      if (playback.isLong) await playback.rest();
      if (playback.isLong && playback.pauseRequested) return { kind: "pause" };
      continue;
    }
    playback.betweenDispatches();
    if (outcome === "idle") return { kind: "end" };
    const reason = policy.takeEventReason() ?? between?.() ?? null;
    if (reason !== null) return reason;
    if (step !== null && hasLeft(playback, step)) return { kind: "step" };
    if (playback.mustBreathe()) await playback.breathe();
    if (playback.pauseRequested) return { kind: "pause" };
  }
}

/** Why the machine has stopped; null when that was no stop after all. */
export function reasonHere(
  playback: Playback,
  policy: StopPolicy,
  step: StepPlan | null,
): StopReason | null {
  const thread = present(playback.machine.state.stopped, "nothing has stopped");
  const site = thread.frames.at(-1)![0] as number;
  let reason = policy.reasonAt(site, thread);
  if (reason === null && step !== null && thread.id === step.thread && step.sites.has(site)) {
    if (step.ends(site, thread.frames.length)) reason = { kind: "step" };
  }
  if (reason !== null) playback.accept();
  return reason;
}

/** The stepping thread has nothing left to step through. */
function hasLeft(playback: Playback, step: StepPlan): boolean {
  const thread = playback.machine.state.threads[step.thread]!;
  return thread.state === "exited" || (thread.kind === "irq" && thread.frames.length === 0);
}
