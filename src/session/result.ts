/** What came of a run. */
import { fingerprint } from "../machine/fingerprint.ts";
import type { Machine } from "../machine/machine.ts";
import type { Scenario } from "../scenario/types.ts";
import type { ModelView } from "./inspect/model-view.ts";
import { balloonProgress } from "./progress.ts";
import type { Recorder } from "./recorder.ts";
import type { RunResult } from "./types.ts";

export interface ResultParts {
  readonly scenario: Scenario;
  readonly machine: Machine;
  readonly model: ModelView;
  readonly recorder: Recorder;
}

export function runResult({ scenario, machine, model, recorder }: ResultParts): RunResult {
  const progress = balloonProgress(recorder.events, {
    times: recorder.times,
    sizes: recorder.column("balloon_pages"),
    targets: recorder.column("balloon_target"),
  });
  return {
    scenario: scenario.name,
    kernel: scenario.kernel,
    seed: scenario.seed,
    fingerprint: fingerprint(machine),
    virtualNs: machine.state.time,
    bug: machine.state.bug,
    counters: model.counters(),
    balloon: {
      targetPages: model.balloonTarget(),
      actualPages: model.balloonActual(),
      ...progress,
    },
    timeline: recorder.steps(),
    expect: [
      ...recorder.expectations(),
      ...scenario.expect.map((expectation) => model.outcome(expectation)),
    ],
  };
}
