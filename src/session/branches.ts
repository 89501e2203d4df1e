/**
 * The branches of a run. They share their past up to a fork, and differ by the edit that was made
 * there. Of those that are not the present one, edits, end and what was recorded are kept; their
 * states are run again when somebody goes there.
 */
import { present } from "../base/assert.ts";
import type { Change } from "./changes.ts";
import type { Edit } from "./journal.ts";
import type { Recorder, Tape } from "./recorder.ts";
import type { Report, Route, Runner, Track } from "./runner.ts";
import { SeekError } from "./seek-error.ts";
import type { BranchView, Mark, Samples, Stop } from "./types.ts";

interface Branch {
  readonly id: number;
  readonly parent: number | null;
  readonly fork: Mark;
  readonly forkTime: number;
  readonly description: string;
  /** Null for the present one: the runner and the recorder have it. */
  left: { readonly track: Track; readonly tape: Tape; readonly time: number } | null;
}

export interface BranchesOptions {
  readonly runner: Runner;
  readonly recorder: Recorder;
  /** Name of the run without edits. */
  readonly name: string;
  readonly now: () => number;
}

export class Branches {
  readonly #options: BranchesOptions;
  readonly #all: Branch[];
  #current: Branch;

  constructor(options: BranchesOptions) {
    this.#options = options;
    const fork = { dispatch: 0, statement: 0 };
    const { name: description } = options;
    this.#current = { id: 0, parent: null, fork, forkTime: 0, description, left: null };
    this.#all = [this.#current];
  }

  get current(): number {
    return this.#current.id;
  }

  views(): readonly BranchView[] {
    return this.#all.map((branch) => this.#view(branch));
  }

  /** Makes a change here: in the past it begins a branch, else it belongs to the present one. */
  async edit(change: Change, description: string): Promise<void> {
    const { runner, recorder, now } = this.#options;
    const tape = recorder.tape;
    const track = await runner.edit(change, description);
    if (track === null) return;
    const before = this.#current;
    before.left = { track, tape, time: lastTime(tape) };
    recorder.fork(now());
    const made = present(runner.journal.edits.at(-1), "an edit was not recorded");
    const { mark: fork, time: forkTime } = made;
    const id = this.#all.length;
    this.#current = { id, parent: before.id, fork, forkTime, description, left: null };
    this.#all.push(this.#current);
  }

  /** To a point of a branch, which is then the present one; null when it has no such point. */
  async seek(id: number, mark: Mark, report?: Report): Promise<Stop | null> {
    const { runner, recorder } = this.#options;
    const next = this.#all[id];
    if (next === undefined) throw new SeekError(`There is no branch ${id}.`);
    const before = this.#current;
    if (next === before) return runner.seek(mark, report);
    const { track, tape, time } = present(next.left, `branch ${id} was not left`);
    const old = { track: await runner.track(), tape: recorder.tape, time: 0 };
    const route: Route = {
      track,
      begin: () => {
        recorder.tape = tape;
        before.left = { ...old, time: lastTime(old.tape) };
        next.left = null;
        this.#current = next;
      },
      undo: () => {
        recorder.tape = old.tape;
        before.left = null;
        next.left = { track, tape, time };
        this.#current = before;
      },
    };
    return runner.seek(mark, report, route);
  }

  samples(id: number, since: number): Samples {
    const { recorder } = this.#options;
    const branch = this.#all[id];
    if (branch === undefined) throw new SeekError(`There is no branch ${id}.`);
    return recorder.samples(since, branch.left?.tape ?? recorder.tape);
  }

  #view(branch: Branch): BranchView {
    const { runner, recorder, now } = this.#options;
    const { id, parent, fork, forkTime, description, left } = branch;
    const edits: readonly Edit[] = left?.track.edits ?? runner.journal.edits;
    return {
      id,
      parent,
      fork,
      forkTime,
      description,
      edits: edits.map(({ mark, time, text }) => ({ mark, time, text })),
      end: left?.track.end ?? runner.reached,
      endTime: left?.time ?? Math.max(now(), lastTime(recorder.tape)),
      current: left === null,
    };
  }
}

/** Every stop is sampled, so this is how far the branch was run. */
function lastTime({ times }: Tape): number {
  return times.at(-1) ?? 0;
}
