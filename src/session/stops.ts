/** Decides where a run stops: breakpoints with conditions, hit counts and log messages, and exception filters. */
import type { DebugInfo, SiteInfo } from "../base/kernel-image.ts";
import type { Thread } from "../machine/thread.ts";
import { firstStatement, type Breakpoint, type Breakpoints } from "./breakpoints.ts";
import type { DataBreakpoint, DataBreakpoints } from "./data-breakpoints.ts";
import { FILTER_EVENTS, FILTER_FUNCTIONS, FILTER_TEXTS } from "./filters.ts";
import { hitStops, type HitCondition } from "./hit-condition.ts";
import type { Hunt } from "./hunt.ts";
import type { Inspector } from "./inspect/inspector.ts";
import type { StopPolicy, Watching } from "./policy.ts";
import type { Recorder } from "./recorder.ts";
import { asNumber, crosses } from "./threshold.ts";
import { Watches, type Changed } from "./watches.ts";
import type { ExceptionFilter, FilterRequest, StopReason } from "./types.ts";

export interface StopsOptions {
  readonly debug: DebugInfo;
  readonly breakpoints: Breakpoints;
  readonly data: DataBreakpoints;
  readonly watches: Watches;
  readonly inspector: Inspector;
  readonly recorder: Recorder;
  readonly running: () => number;
  /** `fill_balloon at balloon/virtio_balloon.ts:123`, for a site. */
  readonly place: (site: number) => string;
  readonly comm: (thread: number) => string;
  /** The guest has booted, and its timeline has begun. */
  readonly begun: () => boolean;
  readonly finished: () => boolean;
  readonly onProgress: () => void;
  /** Why the machine cannot go on, "" while it can. */
  readonly bug: () => string;
}

/** A statement with the locals visible there: what a condition is asked about. */
interface Spot {
  readonly site: number;
  readonly locals: readonly unknown[];
}

interface Refinements {
  readonly id: number;
  readonly hit: HitCondition | null;
  readonly condition: string | null;
  readonly logMessage: string | null;
}

/** The last lines of log points that were passed on the way back are kept, no more. */
const MAX_QUIET_LINES = 1000;
const NO_CHANGES: readonly Changed[] = [];
const NOWHERE: Spot = { site: 0, locals: [] };

export class Stops implements StopPolicy {
  readonly #options: StopsOptions;
  readonly #filterSites = new Map<number, FilterRequest>();
  #hits = new Map<number, number>();
  /** As of this version of the breakpoints: asked for after every dispatch. */
  #grouped = -1;
  #bySite = new Map<number, Breakpoint[]>();
  #countedSites: readonly number[] = [];
  #filters: readonly FilterRequest[] = [];
  #event: StopReason | null = null;
  #quiet: string[] = [];
  /** Verdict on the last visit. */
  #met: { ids: number[]; filter: ExceptionFilter | null } = { ids: [], filter: null };
  #changed: readonly Changed[] = [];
  #hunt: Hunt | null = null;
  #onlyThread = -1;
  /** Log messages of data breakpoints speak. */
  #loud = false;

  constructor(options: StopsOptions) {
    this.#options = options;
  }

  /** What is wrong with each, or null; one with a condition that cannot be asked stops nowhere. */
  setFilters(filters: readonly FilterRequest[]): readonly (string | null)[] {
    this.#filterSites.clear();
    const problems = filters.map((request) => this.#filterProblem(request));
    this.#filters = filters.filter((_, index) => problems[index] === null);
    for (const request of this.#filters) {
      for (const site of this.#sitesOf(request.filter)) this.#filterSites.set(site.id, request);
    }
    return problems;
  }

  #filterProblem({ filter, condition }: FilterRequest): string | null {
    if (condition === null) return null;
    const { inspector } = this.#options;
    const sites = this.#sitesOf(filter);
    if (sites.length === 0) return inspector.checkGlobalCondition(condition);
    // Of a generation's notifier and another's, one that has the names is enough: only it is called.
    const problems = sites.map((site) => inspector.checkCondition(condition, site));
    return problems.includes(null) ? null : problems[0]!;
  }

  /** Where the functions begin that a filter is about. */
  #sitesOf(filter: ExceptionFilter): readonly SiteInfo[] {
    const { debug } = this.#options;
    const names = FILTER_FUNCTIONS[filter] ?? [];
    return debug.functions
      .filter(({ name }) => names.includes(name))
      .flatMap((fn) => firstStatement(debug, fn) ?? []);
  }

  /** Stops of other threads are passed over; -1: none is. */
  restrictTo(thread: number): void {
    this.#onlyThread = thread;
  }

  /** While there is a hunt, nothing else stops. */
  use(hunt: Hunt | null): void {
    this.#hunt = hunt;
    // Bodies tell one listener; where values are watched for their hits, it stays theirs.
    if (hunt === null) this.listen();
    else if (this.#options.watches.empty) hunt.watches?.listen();
  }

  /** What is watched was changed; a hunt that listens goes on, and the others are asked everywhere. */
  listen(): void {
    if (this.#hunt === null) this.#options.watches.listen();
  }

  armedSites(): Iterable<number> {
    if (this.#hunt !== null) return [...this.countedSites(), ...(this.#hunt.sites ?? [])];
    this.#group();
    return [...this.#bySite.keys(), ...this.#filterSites.keys()];
  }

  countedSites(): readonly number[] {
    this.#group();
    return this.#countedSites;
  }

  watching(counting: boolean, loud: boolean): Watching | null {
    const { watches, data } = this.#options;
    const hunt = counting || this.#hunt?.sites !== null ? null : this.#hunt;
    const isWatching = !watches.empty && (!counting || data.counted().length > 0);
    if (!isWatching && hunt === null) return null;
    this.#loud = loud;
    const visit = (site: number, locals: readonly unknown[]): boolean => {
      const changed = isWatching ? this.#changes({ site, locals }) : NO_CHANGES;
      if (hunt !== null) return hunt.foundAt(site, locals);
      this.#changed = this.#isWatched(this.#options.running()) ? changed : [];
      return this.#changed.length > 0;
    };
    const functions = union(
      isWatching ? watches.functions : new Set(),
      hunt === null ? new Set() : hunt.functions,
    );
    const isTold = hunt === null || hunt.watches?.isTold === true;
    const whenTold = isTold && (!isWatching || watches.isTold);
    return { functions, whenTold, visit };
  }

  visit(site: number, locals: readonly unknown[], loud: boolean): boolean {
    const met = { ids: [] as number[], filter: null as ExceptionFilter | null };
    this.#met = met;
    const spot = { site, locals };
    for (const breakpoint of this.#bySite.get(site) ?? []) {
      if (this.#isOnStep(breakpoint, locals) && this.#stops(refinements(breakpoint), spot, loud)) {
        met.ids.push(breakpoint.id);
      }
    }
    if (this.#hunt?.sites?.includes(site) === true) return this.#hunt.foundAt(site, locals);
    if (this.#hunt !== null || !this.#isWatched(this.#options.running())) {
      met.ids = [];
      return false;
    }
    const filter = this.#filterSites.get(site);
    if (filter !== undefined && this.#holds(filter.condition, spot, loud))
      met.filter = filter.filter;
    return met.ids.length > 0 || met.filter !== null;
  }

  reasonAt(_site: number, thread: Thread): StopReason | null {
    if (this.#hunt !== null) return this.#hunt.takeReason(thread);
    const changed = this.#changed.filter((change) => Watches.isReal(change, thread));
    this.#changed = [];
    if (changed.length > 0) return this.#dataReason(changed, thread.id);
    const { ids, filter } = this.#met;
    this.#met = { ids: [], filter: null };
    if (ids.length > 0) return { kind: "breakpoint", ids };
    return filter === null ? null : this.#exception(filter);
  }

  onEvent(name: string, index: number): void {
    const request = this.#filters.find(({ filter }) => FILTER_EVENTS[filter] === name);
    if (request === undefined || !this.#isWatched(this.#options.running())) return;
    if (!this.#holds(request.condition, NOWHERE, false)) return;
    const subjects: Partial<Record<ExceptionFilter, string | undefined>> = {
      expectation: this.#failed(index),
      invariant: this.#options.bug(),
    };
    this.#event = this.#exception(request.filter, subjects[request.filter]);
  }

  /** The step whose expectation failed, and what there was instead. */
  #failed(index: number): string | undefined {
    const { recorder } = this.#options;
    const step = recorder.steps()[index];
    const outcome = recorder.expectations().findLast(({ line }) => line === step?.line);
    return outcome === undefined ? step?.text : `${step?.text} (${outcome.actual})`;
  }

  takeEventReason(): StopReason | null {
    const event = this.#event;
    this.#event = null;
    return this.#hunt === null ? event : this.#hunt.takeReason(null);
  }

  takeQuietOutput(): readonly string[] {
    const lines = this.#quiet;
    this.#quiet = [];
    return lines;
  }

  hits(): ReadonlyMap<number, number> {
    return this.#hits;
  }

  setHits(hits: ReadonlyMap<number, number>): void {
    this.#hits = new Map(hits);
  }

  assumeHits(): void {
    for (const id of this.#countedIds()) if (!this.#hits.has(id)) this.#hits.set(id, 0);
  }

  knowsHits(hits: ReadonlyMap<number, number>): boolean {
    return this.#countedIds().every((id) => hits.has(id));
  }

  moved(): void {
    this.#options.watches.moved();
    this.#hunt?.moved();
    this.#changed = [];
    this.#event = null;
  }

  finished(): boolean {
    return this.#options.finished();
  }

  /** The last statement of a dispatch has no statement after it that would see what it wrote. */
  onProgress(thread: number): void {
    this.#options.onProgress();
    this.#hunt?.dispatchEnded();
    const { watches } = this.#options;
    if (watches.empty) return;
    const changes = watches.changedCells() ?? [];
    const changed = changes.filter((change) => this.#countsChange(change, NOWHERE));
    if (changed.length > 0 && this.#isWatched(thread)) {
      this.#event ??= this.#dataReason(changed, thread);
    }
  }

  #isWatched(thread: number): boolean {
    return this.#onlyThread < 0 || thread === this.#onlyThread;
  }

  #changes(spot: Spot): readonly Changed[] {
    const changes = this.#options.watches.changed(spot.site, spot.locals);
    if (changes === null) return NO_CHANGES;
    return changes.filter((change) => this.#countsChange(change, spot));
  }

  #countsChange({ watch, old, now }: Changed, spot: Spot): boolean {
    const { data, inspector } = this.#options;
    const breakpoint = data.get(watch.id);
    if (breakpoint === undefined) return false;
    const { threshold, condition } = breakpoint;
    if (threshold !== null) {
      // A line is about the scenario: booting, a guest passes every value on the way up.
      if (!this.#options.begun()) return false;
      const limit = threshold.constant ?? asNumber(inspector.globalValue(threshold.limit));
      if (!crosses(threshold, old, now, limit)) return false;
    }
    return this.#stops({ ...refinements(breakpoint), condition }, spot, this.#loud);
  }

  #isOnStep(breakpoint: Breakpoint, locals: readonly unknown[]): boolean {
    const line = this.#options.breakpoints.stepLine(breakpoint);
    return line < 0 || (locals[0] as { readonly line: number }).line === line;
  }

  #stops({ id, hit, condition, logMessage }: Refinements, spot: Spot, loud: boolean): boolean {
    if (!this.#holds(condition, spot, loud)) return false;
    if (hit !== null) {
      const before = this.#hits.get(id);
      if (before === undefined) return false;
      this.#hits.set(id, before + 1);
      if (!hitStops(hit, before + 1)) return false;
    }
    if (logMessage === null) return true;
    const { inspector, recorder } = this.#options;
    const line = inspector.interpolate(logMessage, spot.site, spot.locals);
    if (loud) recorder.say("console", line);
    else if (this.#quiet.push(line) > MAX_QUIET_LINES) this.#quiet.shift();
    return false;
  }

  #holds(condition: string | null, { site, locals }: Spot, loud: boolean): boolean {
    if (condition === null) return true;
    const { inspector, recorder } = this.#options;
    const { holds, error } = inspector.test(condition, site, locals);
    if (error === null) return holds;
    // A condition that cannot be evaluated stops, so that its author gets to see why.
    if (loud) recorder.say("important", `Breakpoint condition "${condition}": ${error}`);
    return true;
  }

  #group(): void {
    const { breakpoints } = this.#options;
    if (this.#grouped === breakpoints.version) return;
    this.#grouped = breakpoints.version;
    this.#bySite = new Map();
    const all = [...breakpoints.all()];
    this.#countedSites = all.flatMap(({ hit, sites }) => (hit === null ? [] : sites));
    for (const breakpoint of all) {
      for (const site of breakpoint.sites) {
        const list = this.#bySite.get(site);
        if (list === undefined) this.#bySite.set(site, [breakpoint]);
        else list.push(breakpoint);
      }
    }
  }

  #countedIds(): number[] {
    const ids = this.#options.data.counted().map(({ id }) => id);
    for (const { id, hit } of this.#options.breakpoints.all()) if (hit !== null) ids.push(id);
    return ids;
  }

  #dataReason(changed: readonly Changed[], thread: number): StopReason {
    const ids = [...new Set(changed.map(({ watch }) => watch.id))];
    const text = changed.map(({ text }) => text()).join(", ");
    const places = new Set(
      changed.flatMap(({ site }) => (site > 0 ? this.#options.place(site) : [])),
    );
    const by =
      places.size === 0 ? "" : `${[...places].join(", ")} in ${this.#options.comm(thread)}`;
    return { kind: "data", ids, text, by };
  }

  #exception(filter: ExceptionFilter, event?: string): StopReason {
    const victim = filter === "oom-kill" ? this.#options.inspector.victim() : null;
    const subject = victim === null ? event : `${victim.comm}, pid ${victim.pid ?? 0}`;
    const general = FILTER_TEXTS[filter];
    // A guest that panics does what a guest does: no fault of the model.
    const text =
      subject === undefined ? general : isPanic(subject) ? subject : `${general}: ${subject}`;
    return { kind: "exception", filter, text, details: this.#options.inspector.report(filter) };
  }
}

/** Whether the guest's kernel has given up by itself. */
function isPanic(bug: string): boolean {
  return bug.startsWith("Kernel panic");
}

function refinements(breakpoint: Breakpoint | DataBreakpoint): Refinements {
  const { id, hit, request } = breakpoint;
  return { id, hit, condition: request.condition, logMessage: request.logMessage };
}

/** Null stands for all. */
function union(
  a: ReadonlySet<number> | null,
  b: ReadonlySet<number> | null,
): ReadonlySet<number> | null {
  return a === null || b === null ? null : new Set([...a, ...b]);
}
