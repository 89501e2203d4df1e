/**
 * What a run leaves behind for its user: samples of all counters, marked moments, output lines and
 * the outcome of each step. Replaying a stretch that was already seen records nothing twice.
 */
import type { MachineObserver } from "../machine/machine.ts";
import type { ExpectOutcome, OutputLine, Samples, StepOutcome } from "./types.ts";

/** Virtual time between samples. */
export const SAMPLE_INTERVAL_NS = 20_000_000;

export interface RecordedEvent {
  readonly time: number;
  readonly dispatch: number;
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

/** How many calls of which dispatch there have been. */
export interface RecorderPosition {
  readonly dispatch: number;
  readonly index: number;
}

export interface RecorderOptions {
  /** Completed dispatches of the machine. */
  readonly dispatches: () => number;
  readonly condition: (index: number) => boolean;
  readonly steps: readonly { readonly line: number; readonly text: string }[];
  /** Whether and how an `expect` step of the timeline holds now; null for other steps. */
  readonly expectation: (step: number) => ExpectOutcome | null;
  /** Called for every event, replayed or not, so that a stop can be asked for. */
  readonly onEvent: (name: string, a: number, b: number) => void;
}

export class Recorder implements MachineObserver {
  readonly events: RecordedEvent[] = [];
  readonly #options: RecorderOptions;
  readonly #times: number[] = [];
  readonly #series = new Map<string, number[]>();
  readonly #output: OutputLine[] = [];
  readonly #steps: StepOutcome[];
  readonly #expectations: ExpectOutcome[] = [];
  /** The latest call that was recorded, and the one that happens: dispatch and number within it. */
  #recorded = { dispatch: -1, index: 0 };
  #present = { dispatch: -1, index: 0 };
  #nextSample = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#steps = options.steps.map(({ line, text }) => ({
      line,
      text,
      start: 0,
      end: null,
      outcome: "",
    }));
  }

  onPrintk(at: number, text: string): void {
    if (!this.#isNew()) return;
    this.say("stdout", `[${(at / 1e9).toFixed(6).padStart(12)}] ${text}`);
  }

  onTrace(at: number, name: string, a: number, b: number): void {
    if (this.#isNew()) {
      this.events.push({ time: at, dispatch: this.#present.dispatch, name, a, b });
    }
    this.#options.onEvent(name, a, b);
  }

  onStep(at: number, index: number, outcome: string): void {
    if (!this.#isNew()) return;
    const step = this.#steps[index]!;
    this.#steps[index] =
      outcome === "" ? { ...step, start: at, outcome: "running" } : { ...step, end: at, outcome };
    this.events.push({
      time: at,
      dispatch: this.#present.dispatch,
      name: outcome === "" ? "step" : "step_end",
      a: index,
      b: 0,
    });
    const expectation = outcome === "" ? null : this.#options.expectation(index);
    if (expectation !== null) this.#expectations.push(expectation);
    this.#options.onEvent(outcome === "fail" ? "expectation" : "step", index, 0);
  }

  condition(index: number): boolean {
    return this.#options.condition(index);
  }

  /** The machine was put back: calls are counted from the start of a dispatch again. */
  rewound(): void {
    this.#present = { dispatch: -1, index: 0 };
  }

  get position(): RecorderPosition {
    return { ...this.#present };
  }

  /** The machine was put to a point at which this was the position. */
  set position(position: RecorderPosition) {
    this.#present = { ...position };
  }

  wantsSample(time: number): boolean {
    return time >= this.#nextSample;
  }

  sample(time: number, values: Readonly<Record<string, number>>): void {
    this.#times.push(time);
    for (const name in values) {
      let column = this.#series.get(name);
      if (column === undefined) this.#series.set(name, (column = []));
      column.push(values[name]!);
    }
    this.#nextSample = (Math.floor(time / SAMPLE_INTERVAL_NS) + 1) * SAMPLE_INTERVAL_NS;
  }

  samples(since: number): Samples {
    const first = Math.min(Math.max(since, 0), this.#times.length);
    const from = this.#times[first] ?? Infinity;
    const series: Record<string, number[]> = {};
    for (const [name, column] of this.#series) series[name] = column.slice(first);
    return {
      first,
      times: this.#times.slice(first),
      series,
      events: first === 0 ? this.events : this.events.filter((event) => event.time >= from),
    };
  }

  column(name: string): readonly number[] {
    return this.#series.get(name) ?? [];
  }

  get times(): readonly number[] {
    return this.#times;
  }

  /** Number of events `name` up to the end of `dispatch`. */
  eventsUpTo(name: string, dispatch: number): number {
    let count = 0;
    for (const event of this.events) {
      if (event.dispatch > dispatch) break;
      if (event.name === name) count++;
    }
    return count;
  }

  steps(): readonly StepOutcome[] {
    return this.#steps;
  }

  /** Outcomes of the timeline's `expect` steps so far. */
  expectations(): readonly ExpectOutcome[] {
    return this.#expectations;
  }

  say(category: OutputLine["category"], text: string): void {
    this.#output.push({ category, text });
  }

  takeOutput(): readonly OutputLine[] {
    return this.#output.splice(0);
  }

  #isNew(): boolean {
    const dispatch = this.#options.dispatches();
    const present = this.#present;
    if (present.dispatch !== dispatch) {
      present.dispatch = dispatch;
      present.index = 0;
    }
    present.index++;
    const recorded = this.#recorded;
    if (
      dispatch < recorded.dispatch ||
      (dispatch === recorded.dispatch && present.index <= recorded.index)
    ) {
      return false;
    }
    recorded.dispatch = dispatch;
    recorded.index = present.index;
    return true;
  }
}
