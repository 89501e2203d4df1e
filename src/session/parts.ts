/** Puts the parts of a session together: who asks whom, and about what. */
import type { KernelImage } from "../base/kernel-image.ts";
import { Machine } from "../machine/machine.ts";
import type { Scenario } from "../scenario/types.ts";
import { Accesses } from "./accesses.ts";
import { Branches } from "./branches.ts";
import { Breakpoints } from "./breakpoints.ts";
import { DataBreakpoints } from "./data-breakpoints.ts";
import { Edits } from "./edits.ts";
import { DEFAULT_HISTORY_BYTES, History } from "./history.ts";
import { formatValue } from "./inspect/format.ts";
import { Inspector } from "./inspect/inspector.ts";
import { readLocation } from "./inspect/location.ts";
import { ringCellName } from "./inspect/ring-cells.ts";
import { Memory } from "./inspect/memory.ts";
import { ModelView } from "./inspect/model-view.ts";
import { KernelState } from "./inspect/state.ts";
import { Recorder } from "./recorder.ts";
import { Runner } from "./runner.ts";
import { Seeking } from "./seeking.ts";
import { nextTurn } from "./slices.ts";
import { Statements } from "./statements.ts";
import { STEP_FUNCTION } from "./steps.ts";
import { Stops } from "./stops.ts";
import { Timeline } from "./timeline.ts";
import { Watches } from "./watches.ts";
import { workClock } from "./work-clock.ts";

export interface SessionOptions {
  readonly image: KernelImage;
  /** Lets a pause request in, between slices of work; a macrotask. */
  readonly yield?: () => Promise<void>;
  /** Bytes of checkpoints kept for going back; 0: the run can only go forward, and is fastest. */
  readonly historyBytes?: number;
}

export interface Parts {
  readonly scenario: Scenario;
  readonly image: KernelImage;
  readonly machine: Machine;
  readonly state: KernelState;
  readonly model: ModelView;
  readonly memory: Memory;
  readonly statements: Statements;
  readonly recorder: Recorder;
  readonly timeline: Timeline;
  readonly inspector: Inspector;
  readonly breakpoints: Breakpoints;
  readonly data: DataBreakpoints;
  readonly watches: Watches;
  readonly stops: Stops;
  readonly runner: Runner;
  readonly branches: Branches;
  readonly edits: Edits;
  readonly seeking: Seeking;
}

/** Boots the scenario's kernel, up to its first dispatch. */
export function assemble(scenario: Scenario, options: SessionOptions): Parts {
  const { image } = options;
  const { config } = scenario;
  const recorder: Recorder = new Recorder({
    dispatches: () => machine.state.dispatches,
    condition: (index) => model.holds(scenario.conditions[index]!.expression),
    steps: scenario.steps.map(({ text, range }) => ({ line: range.line, text })),
    expectation: (step) => {
      const { kind, condition } = config.timeline[step]!;
      return kind === "expect" ? model.outcome(scenario.conditions[condition]!) : null;
    },
    onEvent: (name, a) => stops.onEvent(name, a),
  });
  const machine: Machine = new Machine({
    image,
    nrCpus: config.nr_cpus,
    seed: scenario.seed,
    inputs: { config },
    wakeupNs: config.costs.wakeup,
    contextSwitchNs: config.costs.context_switch,
    observer: recorder,
  });
  const state = new KernelState(machine);
  const model: ModelView = new ModelView(state, machine, recorder);
  const timeline = new Timeline({ machine, model, recorder });
  const statements = new Statements(image);
  const inspector: Inspector = new Inspector({ state, machine, model, scenario, statements });
  const breakpoints = new Breakpoints(image.debug, {
    path: scenario.path,
    lines: scenario.steps.map(({ range }) => ({ first: range.line, last: range.endLine })),
    beginFunction: STEP_FUNCTION,
    statement: (index) => statements.siteAt(index),
    checkCondition: (text, site) => inspector.checkCondition(text, site),
  });
  const show = (value: unknown): string => formatValue({ value, type: null }, state, model);
  const accesses = new Accesses(image.debug);
  const newWatches = (): Watches => new Watches(machine, accesses, show);
  const watches = newWatches();
  const data = new DataBreakpoints(
    {
      debug: image.debug,
      checkCondition: (text) => inspector.checkGlobalCondition(text),
      ringCell: ({ root, keys }) => {
        const index = keys.at(-1);
        if (typeof index !== "number") return null;
        return ringCellName(readLocation(machine, { root, keys: keys.slice(0, -1) }), index, state);
      },
      locate: (name, ...keys) => state.locate(name, ...keys),
      read: (location) => readLocation(machine, location),
      reader: (text) => inspector.globalReader(text),
      inputs: (text) => inspector.inputsOf(text),
      nrPages: () => state.value<Int32Array>("page_index").length,
      counter: (index) =>
        state.value<readonly string[]>("vmstat_text")[index] ?? `vmstat[${index}]`,
    },
    breakpoints.nextId,
  );
  const stops: Stops = new Stops({
    debug: image.debug,
    breakpoints,
    data,
    watches,
    running: () => machine.running?.id ?? machine.state.lastThread,
    place: (site) => inspector.placeOf(site),
    comm: (thread) => machine.state.threads[thread]!.task.comm,
    inspector,
    recorder,
    begun: () => timeline.begun,
    finished: () => timeline.finished,
    onProgress: () => timeline.sample(),
    bug: () => machine.state.bug,
  });
  machine.bootThread("init/main.ts", "start_kernel");
  const clock = (): number => performance.now();
  const history = new History(machine, {
    budgetBytes: options.historyBytes ?? DEFAULT_HISTORY_BYTES,
    clock,
    workClock,
  });
  const runner = new Runner({
    machine,
    history,
    recorder,
    policy: stops,
    clock,
    yield: options.yield ?? nextTurn,
    say: (line) => recorder.say("console", line),
    oops: (thread, message) => inspector.oops(thread, message),
  });
  const branches = new Branches({
    runner,
    recorder,
    name: scenario.name,
    now: () => machine.now(),
  });
  const edits = new Edits({ machine, state, model, inspector, branches, scenario });
  const seeking = new Seeking({
    machine,
    runner,
    stops,
    data,
    breakpoints,
    inspector,
    branches,
    watches: newWatches,
  });
  return {
    scenario,
    image,
    machine,
    state,
    model,
    memory: new Memory(state),
    statements,
    recorder,
    timeline,
    inspector,
    breakpoints,
    data,
    watches,
    stops,
    runner,
    branches,
    edits,
    seeking,
  };
}
