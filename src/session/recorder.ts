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
  /** The dispatch in which it happened, and the number of the call that told of it. */
  readonly dispatch: number;
  readonly index: number;
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

/** How many calls of which dispatch there have been. */
export interface RecorderPosition {
  readonly dispatch: number;
  readonly index: number;
}

/** All that was recorded of one branch. */
export interface Tape {
  readonly events: RecordedEvent[];
  readonly times: number[];
  readonly series: Map<string, number[]>;
  readonly steps: StepOutcome[];
  /** Outcomes of `expect` steps, with the number of events up to each. */
  readonly expectations: { readonly events: number; readonly outcome: ExpectOutcome }[];
  /** The latest call that was recorded. */
  readonly recorded: { dispatch: number; index: number };
  nextSample: number;
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
  readonly #options: RecorderOptions;
  readonly #output: OutputLine[] = [];
  #tape: Tape;
  /** The call that happens: dispatch and number within it. */
  #present = { dispatch: -1, index: 0 };

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#tape = {
      events: [],
      times: [],
      series: new Map(),
      steps: options.steps.map(({ line, text }) => unstarted(line, text)),
      expectations: [],
      recorded: { dispatch: -1, index: 0 },
      nextSample: 0,
    };
  }

  /** What the present branch has left behind, as far as it was run. */
  get tape(): Tape {
    return this.#tape;
  }

  /** The run goes on, or is looked at, on another branch. */
  set tape(tape: Tape) {
    this.#tape = tape;
  }

  /** From here on the run differs: what was recorded of its future stays on the old tape. */
  fork(now: number): void {
    this.#tape = forked(this.#tape, this.#reached(), now);
  }

  get events(): readonly RecordedEvent[] {
    return this.#tape.events;
  }

  onPrintk(at: number, text: string): void {
    if (!this.#isNew()) return;
    this.say("stdout", `[${(at / 1e9).toFixed(6).padStart(12)}] ${text}`);
  }

  onTrace(at: number, name: string, a: number, b: number): void {
    if (this.#isNew()) this.#tape.events.push({ time: at, ...this.#present, name, a, b });
    this.#options.onEvent(name, a, b);
  }

  onStep(at: number, index: number, outcome: string): void {
    if (this.#isNew()) this.#recordStep(at, index, outcome);
    // Whoever comes here again on the way back, or forward once more, stops as the first time.
    this.#options.onEvent(outcome === "fail" ? "expectation" : "step", index, 0);
  }

  #recordStep(at: number, index: number, outcome: string): void {
    const { steps, events, expectations } = this.#tape;
    const step = steps[index]!;
    const begins = outcome === "";
    steps[index] = begins
      ? { ...step, start: at, outcome: "running" }
      : { ...step, end: at, outcome };
    const name = begins ? "step" : "step_end";
    events.push({ time: at, ...this.#present, name, a: index, b: 0 });
    const expectation = begins ? null : this.#options.expectation(index);
    if (expectation !== null) expectations.push({ events: events.length, outcome: expectation });
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
    return time >= this.#tape.nextSample;
  }

  sample(time: number, names: readonly string[], values: readonly number[]): void {
    const { times, series } = this.#tape;
    times.push(time);
    for (let i = 0; i < names.length; i++) {
      let column = series.get(names[i]!);
      if (column === undefined) series.set(names[i]!, (column = []));
      column.push(values[i]!);
    }
    this.#tape.nextSample = sampleAfter(time);
  }

  samples(since: number, tape = this.#tape): Samples {
    const { times, events } = tape;
    const first = Math.min(Math.max(since, 0), times.length);
    const from = times[first] ?? Infinity;
    const series: Record<string, number[]> = {};
    for (const [name, column] of tape.series) series[name] = column.slice(first);
    return {
      first,
      times: times.slice(first),
      series,
      events: first === 0 ? events : events.filter((event) => event.time >= from),
    };
  }

  column(name: string): readonly number[] {
    return this.#tape.series.get(name) ?? [];
  }

  get times(): readonly number[] {
    return this.#tape.times;
  }

  /** Events `name` that have happened by the present point of the run. */
  soFar(name: string): readonly RecordedEvent[] {
    const reached = this.#reached();
    const found: RecordedEvent[] = [];
    for (const event of this.#tape.events) {
      if (isAfter(event, reached)) break;
      if (event.name === name) found.push(event);
    }
    return found;
  }

  steps(): readonly StepOutcome[] {
    return this.#tape.steps;
  }

  /** Outcomes of the timeline's `expect` steps so far. */
  expectations(): readonly ExpectOutcome[] {
    return this.#tape.expectations.map(({ outcome }) => outcome);
  }

  say(category: OutputLine["category"], text: string): void {
    this.#output.push({ category, text });
  }

  /** Lines that nobody has taken yet. */
  get linesSaid(): number {
    return this.#output.length;
  }

  /** Takes back what was said since there were so many; it will be said again. */
  unsay(lines: number): void {
    this.#output.length = lines;
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
    const { recorded } = this.#tape;
    if (!isAfter(present, recorded)) return false;
    recorded.dispatch = present.dispatch;
    recorded.index = present.index;
    return true;
  }

  /** The last call before the present point. */
  #reached(): RecorderPosition {
    const dispatch = this.#options.dispatches();
    return this.#present.dispatch === dispatch ? { ...this.#present } : { dispatch, index: 0 };
  }
}

function isAfter(one: RecorderPosition, other: RecorderPosition): boolean {
  return (
    one.dispatch > other.dispatch || (one.dispatch === other.dispatch && one.index > other.index)
  );
}

function unstarted(line: number, text: string): StepOutcome {
  return { line, text, start: 0, end: null, outcome: "" };
}

function sampleAfter(time: number): number {
  return (Math.floor(time / SAMPLE_INTERVAL_NS) + 1) * SAMPLE_INTERVAL_NS;
}

/** A tape that holds what `tape` does up to the call `reached`, and samples up to `now`. */
function forked(tape: Tape, reached: RecorderPosition, now: number): Tape {
  const events = tape.events.filter((event) => !isAfter(event, reached));
  const later = tape.times.findIndex((time) => time > now);
  const times = later < 0 ? [...tape.times] : tape.times.slice(0, later);
  const happened = (name: string, step: number): boolean =>
    events.some((event) => event.name === name && event.a === step);
  const steps = tape.steps.map((step, index) => {
    if (happened("step_end", index)) return step;
    if (happened("step", index)) return { ...step, end: null, outcome: "running" };
    return unstarted(step.line, step.text);
  });
  return {
    events,
    times,
    series: new Map(
      [...tape.series].map(([name, column]) => [name, column.slice(0, times.length)]),
    ),
    steps,
    expectations: tape.expectations.filter((each) => each.events <= events.length),
    recorded: reached,
    nextSample: sampleAfter(times.at(-1) ?? -SAMPLE_INTERVAL_NS),
  };
}
