/**
 * The machine as something that can be put to any mark of its run. Runs forward dispatch by
 * dispatch, makes the edits of the present branch where they belong, and goes back by restoring a
 * checkpoint and running forward again; since a run is a function of its scenario and its edits,
 * that is exact.
 *
 * The point at which the machine stands is a dispatch and either the number of the statement, when
 * this dispatch was run with counting, or the waypoints since the last numbered one.
 */
import { assert, present } from "../base/assert.ts";
import { EndlessDispatch, type Machine, type Outcome } from "../machine/machine.ts";
import { applyChange, type Change } from "./changes.ts";
import { Fault, isFault } from "./fault.ts";
import { Arming, type ArmPlan, type Numbering, type Waypoint } from "./arming.ts";
import type { Bookmark, History, Note } from "./history.ts";
import { compareMarks, type Edit, type Journal } from "./journal.ts";
import type { Look } from "./last-statement.ts";
import type { StopPolicy } from "./policy.ts";
import type { Recorder, RecorderPosition } from "./recorder.ts";
import { Slices, type SliceOptions } from "./slices.ts";
import type { StepPlan } from "./stepping.ts";
import type { Mark } from "./types.ts";

export interface PlaybackOptions extends SliceOptions {
  readonly machine: Machine;
  readonly history: History;
  readonly recorder: Recorder;
  readonly policy: StopPolicy;
  readonly journal: Journal;
}

/** Asked at every statement: its number, whether something stops there, and where it stands. */
export type StopsAt = (statement: number, hit: boolean, site: number) => boolean;

/** Thrown through long work when the user gives it up. */
export class Cancelled extends Error {}

/** Thrown through a dispatch that takes long, so that it can be run in slices. */
export class LongDispatch extends Error {}

/** `stops`: breakpoints may stop. `counts`: nothing may, only hits are counted. */
export interface PlayMode {
  readonly kind: "stops" | "counts";
  readonly step?: StepPlan;
  /** Log points speak as they are passed. */
  readonly loud?: boolean;
}

interface Place {
  readonly bookmark: Bookmark;
  readonly note: Note;
  readonly statement: number;
  readonly waypoints: readonly Waypoint[];
  readonly recorder: RecorderPosition;
}

/** Only the first dispatch takes as long, or one without end, or a processor that is busy elsewhere. */
const LONG_MS = 300;
/** Even the first dispatch of a guest of 64 GiB has not half of it. */
const MOST_STATEMENTS = 1 << 24;
/** Less than a millisecond's work to count. */
const SLICE_STATEMENTS = 1 << 12;
/** More than a dispatch has before it comes to a loop without end, and a moment's work to count. */
const ENDLESS_STATEMENTS = 1 << 18;

/** What is left of the way, after each checkpoint that is left on it, is one part in so many. */
const APPROACH = 8;

const COUNTS: PlayMode = { kind: "counts" };

export class Playback {
  readonly machine: Machine;
  readonly journal: Journal;
  /** One for all of a run, so that many short stretches are cut as a long one is. */
  readonly #slices: Slices;
  readonly #options: PlaybackOptions;
  readonly #history: History;
  readonly #policy: StopPolicy;
  readonly #arming: Arming;
  #mode: PlayMode = COUNTS;
  /** What bodies are chosen for: the present mode, the same with counting, or something else. */
  #installed: "mode" | "counting" | null = null;
  /** Number of the statement at which this dispatch was last known to be; 0 at its start. */
  #statement = 0;
  /** Stops since then, which together say where the machine is. */
  #waypoints: Waypoint[] = [];
  #counting = false;
  /** The present dispatch takes long, and is run in slices: what `#statement` was before; else null. */
  #longFrom: number | null = null;
  /** When it first told of a loop; -1 before. */
  #roundsSince = -1;
  /** Lines of output before it. */
  #saidBefore = 0;
  /** How far the branch has been run, while the machine is before that; null: here. */
  #frontier: Mark | null = null;
  #cancelRequested = false;
  /** Where the run goes to, so that checkpoints are left on the way, and the next one's dispatch. */
  #goal = -1;
  #leaveAt = -1;
  #look: { readonly edits: readonly Edit[]; readonly look: Look } | null = null;
  /** Long work may be given up half way: somebody will bring the machine back to a known point. */
  mayCancel = false;
  /** Told the present dispatch now and then. */
  onProgress: ((dispatch: number) => void) | null = null;

  constructor(options: PlaybackOptions) {
    this.#options = options;
    this.#slices = new Slices(options);
    this.machine = options.machine;
    this.journal = options.journal;
    this.#history = options.history;
    this.#policy = options.policy;
    this.#arming = new Arming(options.machine);
    options.machine.onRounds = (): void => this.#onRounds();
  }

  /** Statements were numbered up to here, so the mark is at hand. */
  get numbered(): boolean {
    return this.machine.state.stopped === null || this.#waypoints.length === 0;
  }

  get keepsHistory(): boolean {
    return this.#history.enabled;
  }

  /** Number of the statement at which this dispatch was last known to be. */
  get numberedHere(): number {
    return this.#statement;
  }

  /** How far this branch has been run; null when the machine stands there. */
  get frontier(): Mark | null {
    return this.#frontier;
  }

  set frontier(mark: Mark | null) {
    this.#frontier = mark;
  }

  get pauseRequested(): boolean {
    return this.#cancelRequested;
  }

  requestPause(): void {
    this.#cancelRequested = true;
  }

  /** A run begins; a pause that was asked for before does not concern it. */
  clearPause(): void {
    this.#cancelRequested = false;
    this.#slices.begin();
  }

  /** From here on, dispatches are run in this way. */
  play(mode: PlayMode): void {
    this.#mode = mode;
    this.#installed = null;
  }

  /** Runs one dispatch, or what is left of one, or up to a stop of the present mode. */
  advance(): Outcome {
    if (this.journal.nextIn(this.machine.state.dispatches) !== null) {
      return this.count((_, hit) => hit);
    }
    if (this.#longFrom !== null) return this.#advanceLong();
    if (this.#installed !== "mode") this.#install();
    this.#counting = false;
    const outcome = this.#dispatch();
    if (outcome !== "stopped") this.#dispatchEnded();
    return outcome;
  }

  /** After a LongDispatch: back to where it was begun, to go on in slices. */
  async takeTime(): Promise<void> {
    const mode = this.#mode;
    const from = this.#statement;
    this.#options.recorder.unsay(this.#saidBefore);
    await this.#runAgain();
    this.play(mode);
    this.#longFrom = from;
  }

  /** In the middle of a dispatch that takes long, where others can have their turn. */
  get isLong(): boolean {
    return this.#longFrom !== null && this.machine.state.stopped !== null;
  }

  #advanceLong(): Outcome {
    const { stopped, time } = this.machine.state;
    if (stopped !== null && this.#statement > MOST_STATEMENTS)
      throw new EndlessDispatch(stopped, time);
    return this.count((statement, hit) => hit || this.#isOver(statement));
  }

  /** Within a dispatch, whether others should have their turn; looking at the clock is dear. */
  #isOver(statement: number): boolean {
    return statement % SLICE_STATEMENTS === 0 && this.#slices.over();
  }

  #onRounds(): void {
    const mayTakeTime = this.#mode.loud !== true || this.machine.state.dispatches === 0;
    if (mayTakeTime || this.#counting || !this.#history.enabled) return;
    const now = this.#options.clock();
    if (this.#roundsSince < 0) this.#roundsSince = now;
    if (now - this.#roundsSince > LONG_MS) throw new LongDispatch();
  }

  /**
   * To the last statement that could be begun before the model threw: from there on all is as it was
   * before. At the start of a dispatch when none was, since a call had only just returned.
   */
  async goToFault(fault: Fault): Promise<void> {
    const { dispatches: dispatch } = this.machine.state;
    await this.replayTo(dispatch);
    this.play(COUNTS);
    let statement = 0;
    try {
      this.count((number) => {
        statement = number;
        return false;
      });
    } catch (again) {
      if (!(again instanceof Fault)) throw again;
      await this.goTo({ dispatch, statement });
      return;
    }
    // The model runs on without us: the mistake is in what was asked at its statements.
    throw fault.cause;
  }

  /** The stop at which `advance` ended is taken: from here on, visits are counted anew. */
  accept(): void {
    if (this.#counting) return;
    const { stopped } = this.machine.state;
    const site = present(stopped, "nothing has stopped").frames.at(-1)![0] as number;
    this.#waypoints.push({ site, count: this.#arming.count(site) });
    this.#arming.newEpoch();
  }

  /** Runs on in step bodies, numbering statements, until `stopsAt` or the end of the dispatch. */
  count(stopsAt: StopsAt): Outcome {
    this.#counting = true;
    const { state } = this.machine;
    const { dispatches } = state;
    let edit = this.journal.nextIn(dispatches)?.mark.statement ?? -1;
    let wanted = false;
    const number: Numbering = (site, hit) => {
      const statement = ++this.#statement;
      wanted = stopsAt(statement, hit, site);
      return wanted || statement === edit;
    };
    if (this.#installed !== "counting") this.#arming.armEverything(this.#plan());
    this.#installed = "counting";
    this.#arming.show(number);
    for (;;) {
      const outcome = this.#dispatch();
      if (outcome !== "stopped") {
        this.#dispatchEnded();
        return outcome;
      }
      this.#waypoints = [];
      if (this.#statement === edit) {
        this.#makeEdits();
        edit = this.journal.nextIn(dispatches)?.mark.statement ?? -1;
      }
      if (wanted) return outcome;
    }
  }

  /** The exact present point. Replays the present dispatch when needed; then objects are others. */
  async locate(): Promise<Mark> {
    const { stopped, dispatches: dispatch } = this.machine.state;
    if (stopped === null) return { dispatch, statement: 0 };
    if (this.#waypoints.length > 0) await this.#runAgain();
    return { dispatch, statement: this.#statement };
  }

  /** From the start of the present dispatch to where it was last known to be; that is then numbered. */
  async #runAgain(): Promise<void> {
    const { dispatches: dispatch } = this.machine.state;
    const from = this.#statement;
    const way = this.#waypoints;
    await this.replayTo(dispatch);
    if (from === 0 && way.length === 0) return;
    let next = 0;
    let visits = 0;
    const outcome = await this.countOn((statement, _, site) => {
      if (way.length === 0) return statement === from;
      if (statement <= from || site !== way[next]!.site) return false;
      if (++visits < way[next]!.count) return false;
      visits = 0;
      return ++next === way.length;
    });
    assert(outcome === "stopped", `replaying dispatch ${dispatch} did not meet the stop`);
  }

  /** As `count`, but others have their turn. */
  async countOn(stopsAt: StopsAt): Promise<Outcome> {
    for (;;) {
      let wanted = false;
      const outcome = this.count((statement, hit, site) => {
        wanted = stopsAt(statement, hit, site);
        return wanted || this.#isOver(statement);
      });
      if (wanted || outcome !== "stopped") return outcome;
      await this.breathe();
    }
  }

  /** The exact present point, leaving every object as it is. */
  async mark(): Promise<Mark> {
    if (this.numbered) return this.locate();
    const place = this.remember();
    const mark = await this.locate();
    this.returnTo(place);
    this.number(mark);
    return mark;
  }

  /** The machine is known to stand at this statement. */
  number({ statement }: Mark): void {
    this.#statement = statement;
    this.#waypoints = [];
  }

  remember(): Place {
    return {
      bookmark: this.#history.bookmark(),
      note: this.#note(),
      statement: this.#statement,
      waypoints: this.#waypoints,
      recorder: this.#options.recorder.position,
    };
  }

  returnTo(place: Place): void {
    this.#history.returnTo(place.bookmark);
    this.#options.recorder.position = place.recorder;
    this.#statement = place.statement;
    this.#waypoints = [...place.waypoints];
    this.#arrive(place.note);
  }

  /** To the start of `mark.dispatch`, then to its statement; false when the run has no such point. */
  async goTo(mark: Mark): Promise<boolean> {
    if (!(await this.replayTo(mark.dispatch))) return false;
    if (mark.statement === 0) return true;
    this.play(COUNTS);
    const outcome = await this.countOn((statement) => statement === mark.statement);
    if (outcome !== "stopped") return false;
    if (this.#frontier !== null && compareMarks(mark, this.#frontier) >= 0) this.#frontier = null;
    return true;
  }

  /** The dispatch under way has no end: to a statement in it, far behind the last one that is known. */
  async goIntoEndless(): Promise<boolean> {
    if (!this.#history.enabled) return false;
    const { dispatches: dispatch } = this.machine.state;
    const from = this.#longFrom ?? this.#statement;
    return this.goTo({ dispatch, statement: from + ENDLESS_STATEMENTS });
  }

  /** What is known of the statements of a dispatch at these sites, before number `end`. */
  lookAt(dispatch: number, sites: ReadonlySet<number> | null, end: number): Look | null {
    if (this.#look === null) return null;
    const { look, edits } = this.#look;
    if (look.dispatch !== dispatch || look.end < end || edits !== this.journal.edits) return null;
    if (sites === null || look.sites === null) return sites === look.sites ? look : null;
    for (const site of sites) if (!look.sites.has(site)) return null;
    return look;
  }

  keepLook(look: Look): void {
    this.#look = { edits: this.journal.edits, look };
  }

  /** Restores the nearest usable checkpoint at or before `dispatch`; returns where that is. */
  rewind(dispatch: number): number {
    const note = this.#history.restoreAtOrBefore(dispatch, (candidate, at) =>
      this.#usable(candidate, at),
    );
    this.#options.recorder.rewound();
    this.#statement = 0;
    this.#waypoints = [];
    this.#leaveAt = -1;
    this.#arrive(note);
    this.#makeEdits();
    return this.machine.state.dispatches;
  }

  /** To the latest checkpoint at which `time` had not been reached. */
  rewindBefore(time: number): void {
    this.rewind(this.#history.lastBefore(time, (note, at) => this.#usable(note, at)));
  }

  /** Sees to it that there is a checkpoint at the dispatch of `here`, where the machine stands. */
  async keepReturn(here: Mark): Promise<void> {
    if (!this.#history.enabled) return;
    if (this.machine.state.stopped === null) this.#history.take(this.#note());
    else if (!this.#history.hasAt(here.dispatch)) await this.goTo(here);
  }

  /**
   * On the run from here to `dispatch` checkpoints are left, closer and closer as far as they are worth
   * it: what follows are short ways back from there.
   */
  approach(dispatch: number): void {
    this.#goal = dispatch;
    this.#leaveNext();
  }

  /** To the start of `dispatch`, and leaves a checkpoint there: more steps back may follow. */
  async replayTo(dispatch: number): Promise<boolean> {
    this.rewind(dispatch);
    this.approach(dispatch);
    this.play(COUNTS);
    if (!(await this.replayUntil(dispatch))) return false;
    this.#history.take(this.#note());
    await this.rest();
    return true;
  }

  /** Runs on to the start of `dispatch`; false when the run ends before. */
  async replayUntil(dispatch: number, onDispatch?: (dispatch: number) => void): Promise<boolean> {
    const { state } = this.machine;
    while (state.dispatches < dispatch) {
      const number = state.dispatches;
      if (this.#policy.finished()) return false;
      const outcome = this.advance();
      if (outcome === "idle") return false;
      assert(outcome === "ran", `replaying dispatch ${number} ${outcome}`);
      this.betweenDispatches();
      onDispatch?.(number);
      if (this.mustBreathe()) await this.breathe();
    }
    this.#policy.takeEventReason();
    return true;
  }

  /** What is due after each dispatch: samples, checkpoints. */
  betweenDispatches(): void {
    this.#policy.onProgress(this.machine.state.lastThread);
    const { dispatches } = this.machine.state;
    const isKnown = this.#policy.countedSites().length > 0 && this.#history.hasAt(dispatches);
    const isNear = dispatches === this.#leaveAt && this.#history.isWorthOne();
    if (isKnown || isNear || this.#history.due()) this.#history.take(this.#note());
    if (dispatches === this.#leaveAt) this.#leaveNext();
  }

  #leaveNext(): void {
    const here = this.machine.state.dispatches;
    const rest = Math.floor((this.#goal - here) / APPROACH);
    this.#leaveAt = rest > 0 ? this.#goal - rest : -1;
  }

  /** Whether it is time to `breathe`; asked after each dispatch, where an await would cost much. */
  mustBreathe(): boolean {
    return this.#slices.due() || (this.#cancelRequested && this.mayCancel);
  }

  /** To be called after a larger piece of work. */
  async rest(): Promise<void> {
    if (this.#slices.over()) await this.breathe();
  }

  /** Lets others have their turn; hears whether the user has given up. */
  async breathe(): Promise<void> {
    this.onProgress?.(this.machine.state.dispatches);
    await this.#slices.rest();
    if (this.#cancelRequested && this.mayCancel) throw new Cancelled();
  }

  /** Counts of hits are known here; when not, the run up to here is repeated to learn them. */
  async learnHits(): Promise<void> {
    if (this.#policy.knowsHits(this.#policy.hits())) return;
    if (!this.#history.enabled) return this.#policy.assumeHits();
    await this.goTo(await this.locate());
  }

  /** Makes a change at the present point, which has to be numbered, and records it. */
  edit(change: Change, mark: Mark, text: string): void {
    assert(this.numbered, "an edit needs its mark");
    applyChange(this.machine, change);
    this.journal.add({ mark, time: this.machine.now(), text, change });
    this.#policy.moved();
  }

  /** Whether `mark` is before the end of what this branch has been run to. */
  isPast(mark: Mark): boolean {
    return this.#frontier !== null && compareMarks(mark, this.#frontier) < 0;
  }

  /** What the model throws can be shown only where its dispatch can be run again. */
  #dispatch(): Outcome {
    const { machine } = this;
    this.#roundsSince = -1;
    this.#saidBefore = this.#options.recorder.linesSaid;
    try {
      return machine.dispatch();
    } catch (cause) {
      const thread = machine.running?.id ?? machine.state.lastThread;
      if (cause instanceof EndlessDispatch || cause instanceof LongDispatch) machine.abandon();
      if (!isFault(cause) || !this.#history.enabled) throw cause;
      machine.abandon();
      throw new Fault(thread, cause);
    }
  }

  #usable(note: Note, dispatch: number): boolean {
    if (!this.journal.leadsThrough(note.edits, dispatch)) return false;
    return dispatch === 0 || this.#policy.knowsHits(note.hits);
  }

  #note(): Note {
    const { edits, applied } = this.journal;
    return { edits: edits.slice(0, applied), hits: new Map(this.#policy.hits()) };
  }

  #arrive(note: Note): void {
    this.journal.restore(note.edits.length);
    this.#policy.setHits(note.hits);
    if (this.machine.state.dispatches === 0) this.#policy.assumeHits();
    this.#policy.moved();
    this.#arming.newEpoch();
    this.#installed = null;
    this.#longFrom = null;
  }

  #install(): void {
    this.#installed = "mode";
    this.#arming.arm(this.#plan());
  }

  #plan(): ArmPlan {
    const policy = this.#policy;
    const { kind, step, loud = false } = this.#mode;
    const stops = kind === "stops";
    const watching = policy.watching(!stops, loud);
    return {
      sites: stops ? policy.armedSites() : policy.countedSites(),
      visit: (site, locals) => policy.visit(site, locals, loud) && stops,
      watching: watching && {
        functions: watching.functions,
        whenTold: watching.whenTold,
        visit: (site, locals): boolean => watching.visit(site, locals) && stops,
      },
      stepSites: step?.sites ?? [],
      stepThread: step?.thread ?? -1,
    };
  }

  #dispatchEnded(): void {
    this.#longFrom = null;
    this.#statement = 0;
    this.#waypoints = [];
    this.#arming.newEpoch();
    const { dispatches } = this.machine.state;
    if (this.#frontier !== null && dispatches > this.#frontier.dispatch) this.#frontier = null;
    this.#makeEdits();
  }

  /** The edits that were made at this very point. */
  #makeEdits(): void {
    const { dispatches } = this.machine.state;
    let made = false;
    for (;;) {
      const edit = this.journal.nextIn(dispatches);
      if (edit === null || edit.mark.statement !== this.#statement) break;
      applyChange(this.machine, edit.change);
      this.journal.passed();
      made = true;
    }
    if (made) this.#policy.moved();
  }
}
