/** How far the scenario has come, and the samples that are taken of it on the way. */
import type { Machine } from "../machine/machine.ts";
import type { Thread } from "../machine/thread.ts";
import type { ModelView } from "./inspect/model-view.ts";
import type { Recorder } from "./recorder.ts";

const SCENARIO_THREAD = "scenario";

export interface TimelineOptions {
  readonly machine: Machine;
  readonly model: ModelView;
  readonly recorder: Recorder;
}

export class Timeline {
  readonly #options: TimelineOptions;
  /** Number of the scenario's thread, the same in every replay; -1 until it is known. */
  #thread = -1;

  constructor(options: TimelineOptions) {
    this.#options = options;
  }

  /** The guest has booted. */
  get begun(): boolean {
    return this.#scenarioThread() !== undefined;
  }

  /** The last step is made, or the model has found itself broken. */
  get finished(): boolean {
    const { bug } = this.#options.machine.state;
    return bug !== "" || this.#scenarioThread()?.state === "exited";
  }

  /** Samples the present when that is due. */
  sample(): void {
    const { machine, recorder } = this.#options;
    const { time } = machine.state;
    if (recorder.wantsSample(time)) this.sampleAt(time);
  }

  /** Samples the present, unless that was done or passed already. */
  sampleAt(time: number): void {
    const { model, recorder } = this.#options;
    const last = recorder.times.at(-1) ?? -1;
    if (time > last) recorder.sample(time, model.sampleNames(), model.sample());
  }

  /** Makes the scenario's steps; there is none while the guest boots. */
  #scenarioThread(): Thread | undefined {
    const { threads } = this.#options.machine.state;
    // On another branch it may have another number: an edit can start a thread before it.
    if (threads[this.#thread]?.task.comm !== SCENARIO_THREAD) {
      this.#thread = threads.findIndex(({ task }) => task.comm === SCENARIO_THREAD);
    }
    return threads[this.#thread];
  }
}
