/**
 * Takes a debug session to the places of a lesson. The places form a chain, each reached from the
 * one before it, so a place is the same moment of the run whatever its reader did in between.
 */
import type { MarkBody, SeekArguments } from "../dap/protocol.ts";
import { STEPS, type Lesson, type LessonPlace, type Move } from "./types.ts";

/** The debug session, as far as a lesson moves it. */
export interface LessonDebugger {
  /** Begins a new run of the lesson's scenario; resolves when it waits at its first statement. */
  start(kernel: string | null): Promise<LessonStop>;
  request<Body>(command: string, args: object): Promise<Body>;
  /** Sends a request after which the guest runs; resolves with the stop that follows. */
  resume(command: string, args: object): Promise<LessonStop>;
  /** Sets a function breakpoint where the user sees it, unless it is there. */
  breakAt(name: string): void;
}

/** Of the body of a `stopped` event. */
export interface LessonStop {
  readonly reason: string;
  /** What a seek has found; when it could not be made, why. */
  readonly text?: string;
  readonly threadId: number;
  /** Virtual nanoseconds. */
  readonly virtualTime: number;
}

/** Values at a place, by expression; null: it could not be evaluated. */
export type Facts = Readonly<Record<string, string | null>>;

export interface Arrival {
  readonly place: number;
  readonly stop: LessonStop;
  readonly facts: Facts;
}

/** Why a place was not reached; for the reader. */
export class LessonError extends Error {
  readonly place: number;

  constructor(place: number, message: string) {
    super(message);
    this.place = place;
  }
}

const MAX_TIME = Number.MAX_SAFE_INTEGER;

export class LessonPlayer {
  readonly #lesson: Lesson;
  readonly #debugger: LessonDebugger;
  readonly #onArrival: (arrival: Arrival) => void;
  /** Where the places of the present run are, by number. */
  readonly #marks = new Map<number, MarkBody>();
  /** Place whose run this is; -1: there is none. */
  #started = -1;
  #lastStop: LessonStop | null = null;

  constructor(
    lesson: Lesson,
    debug: LessonDebugger,
    onArrival: (arrival: Arrival) => void = () => {},
  ) {
    this.#lesson = lesson;
    this.#debugger = debug;
    this.#onArrival = onArrival;
  }

  /** The session is gone: the next place begins a new one. */
  ended(): void {
    this.#started = -1;
    this.#marks.clear();
  }

  /** Goes to a place, by way of those before it that this run has not seen. */
  async goTo(place: number): Promise<Arrival> {
    const start = this.#startOf(place);
    if (this.#started !== start) this.ended();
    const known = await this.#nearestKnown(place, start);
    let arrival: Arrival | null = null;
    if (known === place) arrival = await this.#return(place);
    else if (known >= 0) await this.#return(known);
    for (let next = known < 0 ? start : known + 1; next <= place; next++)
      arrival = await this.#advance(next);
    if (arrival === null) throw new LessonError(place, "The place has not been reached.");
    return arrival;
  }

  /** Number of the place where the session is stopped; null between places. */
  async here(): Promise<number | null> {
    if (this.#started < 0) return null;
    const now = await this.#debugger.request<MarkBody>("balloon/mark", {});
    for (const [place, mark] of this.#marks) if (sameMoment(mark, now)) return place;
    return null;
  }

  #startOf(place: number): number {
    const { places } = this.#lesson;
    for (let at = place; at >= 0; at--) if (places[at]?.move.kind === "start") return at;
    throw new LessonError(place, "No place before this one starts a run.");
  }

  /** The last place up to `place` that this run has seen; -1: none, or an edit has changed the run. */
  async #nearestKnown(place: number, start: number): Promise<number> {
    if (this.#started < 0) return -1;
    const { branch } = await this.#debugger.request<MarkBody>("balloon/mark", {});
    if (branch !== this.#marks.get(start)?.branch) {
      this.ended();
      return -1;
    }
    let at = place;
    while (at >= start && !this.#marks.has(at)) at--;
    return at;
  }

  /** To a place where the run has been. */
  async #return(place: number): Promise<Arrival> {
    const known = this.#marks.get(place);
    const target: SeekArguments = known === undefined ? {} : { mark: known.mark };
    // Also when it is there already: the stop shows the editor where that is.
    return this.#arrived(place, await this.#seek(place, target, ""));
  }

  async #advance(place: number): Promise<Arrival> {
    const { move } = this.#place(place);
    const stop = await this.#move(place, move).catch((error: unknown) => {
      if (error instanceof LessonError) throw error;
      throw new LessonError(place, error instanceof Error ? error.message : String(error));
    });
    if (move.kind === "start") this.#started = place;
    this.#marks.set(place, await this.#debugger.request<MarkBody>("balloon/mark", {}));
    return this.#arrived(place, stop);
  }

  async #move(place: number, move: Move): Promise<LessonStop> {
    switch (move.kind) {
      case "start":
        return this.#debugger.start(move.kernel);
      case "step":
        return this.#step(place, move);
      case "call": {
        if (move.breakpoint) this.#debugger.breakAt(move.name);
        const { name, direction, condition } = move;
        const when = condition === null ? {} : { when: condition };
        return this.#seek(place, { function: name, direction, ...when }, `${name} is called`);
      }
      case "condition":
        return this.#seek(
          place,
          { condition: move.expression, direction: move.direction },
          `${move.expression} becomes true`,
        );
      case "time":
        return this.#seek(place, { time: move.time }, "");
      case "end":
        return this.#toEnd(place);
    }
  }

  /** A seek that is refused stops as well, where it began, and says why instead of what it found. */
  async #seek(place: number, target: SeekArguments, found: string): Promise<LessonStop> {
    const stop = await this.#debugger.resume("balloon/seek", target);
    if (stop.reason !== "goto") throw new LessonError(place, whyNot(stop.reason));
    const { text = "" } = stop;
    if (text !== found) throw new LessonError(place, text);
    return stop;
  }

  async #toEnd(place: number): Promise<LessonStop> {
    const stop = await this.#debugger.resume("balloon/seek", { time: MAX_TIME });
    if (stop.reason !== "end") throw new LessonError(place, whyNot(stop.reason));
    return stop;
  }

  async #step(
    place: number,
    { step, times }: Extract<Move, { readonly kind: "step" }>,
  ): Promise<LessonStop> {
    let stop: LessonStop | null = null;
    let { threadId } = this.#lastStop ?? { threadId: 0 };
    for (let done = 0; done < times; done++) {
      stop = await this.#debugger.resume(STEPS[step], { threadId });
      if (stop.reason !== "step") throw new LessonError(place, whyNot(stop.reason));
      ({ threadId } = stop);
    }
    if (stop === null) throw new LessonError(place, "A step of no statements leads nowhere.");
    return stop;
  }

  async #arrived(place: number, stop: LessonStop): Promise<Arrival> {
    this.#lastStop = stop;
    const facts: Record<string, string | null> = {};
    const wanted = this.#expressionsAt(place);
    if (wanted.length > 0) {
      const frameId = await this.#topFrame(stop);
      for (const expression of wanted) facts[expression] = await this.#value(expression, frameId);
    }
    const arrival = { place, stop, facts };
    this.#onArrival(arrival);
    return arrival;
  }

  #expressionsAt(place: number): readonly string[] {
    const asked = this.#lesson.questions
      .filter((question) => question.place === place)
      .flatMap(({ answer }) => (answer.kind === "number" ? answer.value : (answer.check ?? [])));
    return [...new Set([...this.#place(place).show, ...asked])];
  }

  async #topFrame({ threadId }: LessonStop): Promise<number | null> {
    const { stackFrames } = await this.#debugger.request<{
      readonly stackFrames: readonly { readonly id: number }[];
    }>("stackTrace", { threadId, startFrame: 0, levels: 1 });
    return stackFrames[0]?.id ?? null;
  }

  async #value(expression: string, frameId: number | null): Promise<string | null> {
    const frame = frameId === null ? {} : { frameId };
    try {
      const { result } = await this.#debugger.request<{ readonly result: string }>("evaluate", {
        expression,
        context: "watch",
        ...frame,
      });
      return result;
    } catch {
      return null;
    }
  }

  #place(place: number): LessonPlace {
    const found = this.#lesson.places[place];
    if (found === undefined) throw new LessonError(place, "The lesson has no such place.");
    return found;
  }
}

function sameMoment(a: MarkBody, b: MarkBody): boolean {
  return (
    a.branch === b.branch &&
    a.mark.dispatch === b.mark.dispatch &&
    a.mark.statement === b.mark.statement
  );
}

function whyNot(reason: string): string {
  if (reason === "end") return "The scenario ended before that.";
  if (reason === "entry") return "The run began after that.";
  if (reason === "pause") return "The run was paused on the way.";
  return "The run stopped elsewhere on the way.";
}
