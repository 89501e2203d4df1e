import { SampleColumns, type SampleSnapshot } from "../base/sample-columns.ts";
import type { ResultBody } from "../dap/protocol.ts";
import type { Comparison, ComparedLaunch, ComparedRun } from "../webview/comparison-protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { runInBackground, type BackgroundRun } from "./background-run.ts";

/** As many points as a chart is wide; up to 32 runs with all their counters are kept. */
const ROWS = 1000;
const FIRST_SERIES = "balloon_pages";

export interface ComparedRunsOptions {
  /** Of the scenario. */
  readonly title: string;
  readonly text: string;
  readonly runs: readonly { readonly name: string; readonly launch: ComparedLaunch }[];
  readonly startWorker: () => WorkerPort;
  readonly onChange: () => void;
}

interface Kept {
  readonly name: string;
  readonly launch: ComparedLaunch;
  state: ComparedRun["state"];
  problem: string;
  result: ResultBody | null;
  samples: SampleSnapshot | null;
}

/** Several runs of one scenario to their end, one after the other, for what comes out of each. */
export class ComparedRuns {
  readonly #options: ComparedRunsOptions;
  readonly #runs: readonly Kept[];
  #present: BackgroundRun | null = null;
  #cancelled = false;
  #series = FIRST_SERIES;

  constructor(options: ComparedRunsOptions) {
    this.#options = options;
    this.#runs = options.runs.map(({ name, launch }) => ({
      name,
      launch,
      state: "waiting",
      problem: "",
      result: null,
      samples: null,
    }));
  }

  set series(series: string) {
    this.#series = series;
    this.#options.onChange();
  }

  /** Settles when all are over; a run that cannot be made does not keep the next from theirs. */
  async run(): Promise<void> {
    // One after the other: a scenario of 64 GiB takes a processor and hundreds of megabytes.
    for (const run of this.#runs) {
      if (this.#cancelled) return;
      await this.#one(run);
    }
  }

  cancel(): void {
    this.#cancelled = true;
    this.#present?.cancel();
  }

  view(): Comparison {
    const done = this.#runs.find(({ samples }) => samples !== null);
    const available = Object.keys(done?.samples?.series ?? {}).toSorted();
    return {
      title: this.#options.title,
      series: this.#series,
      available,
      runs: this.#runs.map(({ name, launch, state, problem, result, samples }) => ({
        name,
        launch,
        state,
        problem,
        result,
        times: samples?.times ?? [],
        values: samples?.series[this.#series] ?? samples?.times.map(() => NaN) ?? [],
      })),
    };
  }

  async #one(run: Kept): Promise<void> {
    const { text, startWorker } = this.#options;
    this.#set(run, "running");
    this.#present = runInBackground(startWorker(), { ...run.launch, text });
    try {
      const { samples, result } = await this.#present.ended;
      run.samples = thinned(samples);
      run.result = result;
      this.#set(run, "done");
    } catch (error) {
      run.problem = error instanceof Error ? error.message : String(error);
      this.#set(run, "failed");
    } finally {
      this.#present = null;
    }
  }

  #set(run: Kept, state: Kept["state"]): void {
    run.state = state;
    this.#options.onChange();
  }
}

function thinned({ times, series }: SampleSnapshot): SampleSnapshot {
  const columns = new SampleColumns({ series: "all", events: [], limit: ROWS });
  columns.append({ first: 0, truncate: false, times, series, events: [] });
  return columns.snapshot();
}
