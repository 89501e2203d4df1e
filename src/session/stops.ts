/** Decides where a run stops: breakpoints with conditions, hit counts and log messages, and exception filters. */
import type { DebugInfo } from "../base/kernel-image.ts";
import type { Thread } from "../machine/thread.ts";
import { firstStatement, type Breakpoint, type Breakpoints } from "./breakpoints.ts";
import { hitStops } from "./hit-condition.ts";
import type { Inspector } from "./inspect/inspector.ts";
import type { Recorder } from "./recorder.ts";
import type { StopPolicy } from "./runner.ts";
import { stepLineOf } from "./steps.ts";
import type { ExceptionFilter, StopReason } from "./types.ts";

/** Filters that stop where a function of the model is entered. */
const FILTER_FUNCTIONS: Partial<Record<ExceptionFilter, readonly string[]>> = {
  "oom-notify": ["virtio_balloon_oom_notify"],
  "oom-kill": ["oom_kill_process"],
  "direct-reclaim": ["try_to_free_pages"],
  "balloon-shrink": ["virtio_balloon_shrinker_scan"],
};

/** Filters that stop after the dispatch in which the model marked a moment. */
const FILTER_EVENTS: Partial<Record<ExceptionFilter, string>> = {
  "out-of-puff": "out_of_puff",
  expectation: "expectation",
  invariant: "bug",
};

const FILTER_TEXTS: Record<ExceptionFilter, string> = {
  "oom-notify": "The balloon's OOM notifier is called",
  "oom-kill": "The OOM killer has chosen a victim",
  "out-of-puff": "Out of puff: the balloon's page allocation failed",
  "direct-reclaim": "A task enters direct reclaim",
  "balloon-shrink": "Reclaim shrinks the balloon",
  invariant: "An invariant of the model is broken",
  expectation: "An expectation of the scenario failed",
};

export interface StopsOptions {
  readonly debug: DebugInfo;
  readonly breakpoints: Breakpoints;
  readonly inspector: Inspector;
  readonly recorder: Recorder;
  readonly finished: () => boolean;
  readonly onProgress: () => void;
}

export class Stops implements StopPolicy {
  readonly #options: StopsOptions;
  readonly #filterSites = new Map<number, ExceptionFilter>();
  readonly #hits = new Map<number, number>();
  #bySite = new Map<number, Breakpoint[]>();
  #filters: readonly ExceptionFilter[] = [];
  #event: StopReason | null = null;

  constructor(options: StopsOptions) {
    this.#options = options;
  }

  setFilters(filters: readonly ExceptionFilter[]): void {
    const { debug } = this.#options;
    this.#filters = filters;
    this.#filterSites.clear();
    for (const filter of filters) {
      for (const name of FILTER_FUNCTIONS[filter] ?? []) {
        for (const fn of debug.functions.filter((candidate) => candidate.name === name)) {
          const first = firstStatement(debug, fn);
          if (first !== undefined) this.#filterSites.set(first.id, filter);
        }
      }
    }
  }

  armedSites(): Iterable<number> {
    this.#bySite = new Map();
    for (const breakpoint of this.#options.breakpoints.all()) {
      for (const site of breakpoint.sites) {
        const list = this.#bySite.get(site);
        if (list === undefined) this.#bySite.set(site, [breakpoint]);
        else list.push(breakpoint);
      }
    }
    return [...this.#bySite.keys(), ...this.#filterSites.keys()];
  }

  reasonAt(site: number, thread: Thread, quiet: boolean): StopReason | null {
    const ids = (this.#bySite.get(site) ?? [])
      .filter((breakpoint) => this.#stopsAt(breakpoint, thread, quiet))
      .map((breakpoint) => breakpoint.id);
    if (ids.length > 0) return { kind: "breakpoint", ids };
    const filter = this.#filterSites.get(site);
    return filter === undefined ? null : this.#exception(filter);
  }

  onEvent(name: string, index: number): void {
    const filter = this.#filters.find((candidate) => FILTER_EVENTS[candidate] === name);
    if (filter === undefined) return;
    const step = filter === "expectation" ? this.#options.recorder.steps()[index] : undefined;
    this.#event = this.#exception(filter, step?.text);
  }

  takeEventReason(): StopReason | null {
    const event = this.#event;
    this.#event = null;
    return event;
  }

  finished(): boolean {
    return this.#options.finished();
  }

  onProgress(): void {
    this.#options.onProgress();
  }

  #stopsAt(breakpoint: Breakpoint, thread: Thread, quiet: boolean): boolean {
    const { breakpoints, inspector, recorder } = this.#options;
    const { request, hit, id } = breakpoint;
    const line = breakpoints.stepLine(breakpoint);
    if (line >= 0 && stepLineOf(thread.frames.at(-1)!) !== line) return false;
    if (request.condition !== null) {
      const result = inspector.test(request.condition, thread);
      if (result.error !== null) {
        // A condition that cannot be evaluated stops, so that its author gets to see why.
        if (!quiet) recorder.say("important", `Breakpoint condition "${request.condition}": ${result.error}`);
      } else if (!result.holds) {
        return false;
      }
    }
    if (hit !== null) {
      const hits = (this.#hits.get(id) ?? 0) + 1;
      if (!quiet) this.#hits.set(id, hits);
      if (!hitStops(hit, hits)) return false;
    }
    if (request.logMessage !== null) {
      if (!quiet) recorder.say("console", inspector.interpolate(request.logMessage, thread));
      return false;
    }
    return true;
  }

  #exception(filter: ExceptionFilter, subject?: string): StopReason {
    const text = subject === undefined ? FILTER_TEXTS[filter] : `${FILTER_TEXTS[filter]}: ${subject}`;
    return { kind: "exception", filter, text, details: this.#options.inspector.report(filter) };
  }
}
