/** Decides about stops; `Session` knows breakpoints, filters and expressions. */
import type { Thread } from "../machine/thread.ts";
import type { StopReason } from "./types.ts";

export interface Watching {
  /** Functions at whose statements `visit` is to be asked; null: at every statement. */
  readonly functions: ReadonlySet<number> | null;
  /** `visit` need not be asked where no access was told of since the last time. */
  readonly whenTold: boolean;
  readonly visit: (site: number, locals: readonly unknown[]) => boolean;
}

export interface StopPolicy {
  /** Sites at which `visit` wants to be asked while a run may stop. */
  armedSites(): Iterable<number>;
  /** Those it has to be asked at even where nothing may stop, because it counts the hits. */
  countedSites(): readonly number[];
  /** What is watched while a run may stop, or for its counts; null: nothing is. */
  watching(counting: boolean, loud: boolean): Watching | null;
  /** A thread passes an armed statement: asked once for each time. `loud`: log points speak. */
  visit(site: number, locals: readonly unknown[], loud: boolean): boolean;
  /** Why the last visit, or the last statement, stopped; null when the frames show that it does not. */
  reasonAt(site: number, thread: Thread): StopReason | null;
  /** What happened during the dispatch that has just ended; asked once for each. */
  takeEventReason(): StopReason | null;
  /** What log points said since the last call, while they were not loud. */
  takeQuietOutput(): readonly string[];
  /** Hits so far by breakpoint; what is missing is not known at this point of the run. */
  hits(): ReadonlyMap<number, number>;
  setHits(hits: ReadonlyMap<number, number>): void;
  /** Counts that are not known begin with 0 here: the start, or a run without history. */
  assumeHits(): void;
  /** Whether these are all the counts that stops depend on. */
  knowsHits(hits: ReadonlyMap<number, number>): boolean;
  /** The machine was put elsewhere: watched values are to be read anew. */
  moved(): void;
  /** The run is over. */
  finished(): boolean;
  /** Between two dispatches, of which `thread` had the last. */
  onProgress(thread: number): void;
}
