/** A whole guest without a session: runs a scenario dispatch by dispatch, and looks inside. */
import { image } from "#model-image";
import { present } from "../../src/base/assert.ts";
import { Machine } from "../../src/machine/machine.ts";
import type { step_config } from "../../src/model/config.ts";
import { parseScenario } from "../../src/scenario/index.ts";

/** Dispatches that no scenario here comes near. */
const MAX_DISPATCHES = 2_000_000;

export class Guest {
  readonly machine: Machine;
  readonly log: (readonly [number, string])[] = [];
  readonly events: (readonly [number, string, number])[] = [];
  /** `index outcome` of the timeline's steps as they end. */
  readonly outcomes: string[] = [];
  /** Truth of the scenario's conditions, by index; set before the run. */
  conditions: (() => boolean)[] = [];
  readonly #found = new Map<string, number>();

  constructor(scenarioText: string) {
    const { scenario, diagnostics } = parseScenario(scenarioText, "test.balloon.yaml");
    const problems = diagnostics.map(({ range, message }) => `${range.line + 1}: ${message}`);
    const { config, seed } = present(scenario, problems.join("\n"));
    this.machine = new Machine({
      image,
      nrCpus: config.nr_cpus,
      seed,
      inputs: { config },
      wakeupNs: config.costs.wakeup,
      contextSwitchNs: config.costs.context_switch,
      observer: {
        onPrintk: (at, text) => this.log.push([at, text]),
        onTrace: (at, name, a) => this.events.push([at, name, a]),
        onStep: (_at, index, outcome) => {
          if (outcome !== "") this.outcomes.push(stepText(config.timeline, index, outcome));
        },
        condition: (index) => this.conditions[index]?.() ?? false,
      },
    });
    this.machine.bootThread("init/main.ts", "start_kernel");
  }

  /** Runs until the timeline is over; `each` is called after every dispatch. */
  run(each: () => void = () => undefined): void {
    const { state } = this.machine;
    for (let n = 0; !this.#timelineIsOver(); n++) {
      if (n === MAX_DISPATCHES) throw new Error(`still running at ${state.time} ns`);
      if (this.machine.dispatch() === "idle") throw new Error(`idle at ${state.time} ns`);
      if (state.bug !== "") throw new Error(state.bug);
      each();
    }
  }

  /** Calls a function of the model that cannot sleep. */
  call(file: string, name: string, ...args: readonly unknown[]): unknown {
    const { functions, files } = this.machine.debug;
    const id = this.#find(`${file} ${name}`, () =>
      functions.findIndex((each) => each.name === name && files[each.file] === file),
    );
    return present(this.machine.kernel.fast[functions[id]!.id], name)(...args);
  }

  global<T>(file: string, name: string): T {
    const { globals, files } = this.machine.debug;
    const index = this.#find(`${file} global ${name}`, () =>
      globals.findIndex((each) => each.name === name && files[each.file] === file),
    );
    return this.machine.kernel.getGlobal(index) as T;
  }

  /** Laws ask for the same things thousands of times. */
  #find(what: string, find: () => number): number {
    const known = this.#found.get(what) ?? find();
    if (known < 0) throw new Error(`the model has no ${what}`);
    this.#found.set(what, known);
    return known;
  }

  /** A line of /proc/vmstat. */
  vmstat(name: string): number {
    const index = this.global<string[]>("mm/vmstat.ts", "vmstat_text").indexOf(name);
    return present(this.global<Float64Array>("mm/vmstat.ts", "vmstat")[index], name);
  }

  #timelineIsOver(): boolean {
    const scenario = this.machine.state.threads.find(({ task }) => task.comm === "scenario");
    return scenario?.state === "exited";
  }
}

function stepText(timeline: readonly step_config[], index: number, outcome: string): string {
  return `${timeline[index]?.kind} ${outcome}`;
}
