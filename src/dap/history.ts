import type { Mark, RunOptions, SessionApi, Stop } from "../session/types.ts";
import type { Change } from "./protocol.ts";

/** Frames of an entry's stack: enough to see on whose behalf. */
const FRAMES = 8;

export interface HistoryOptions {
  readonly session: SessionApi;
  readonly dataId: string;
  readonly limit: number;
  readonly run: RunOptions;
  /** A pause between two of its runs is heard by none of them. */
  readonly givenUp: () => boolean;
}

/**
 * The latest changes of a value, newest first, by going back to each of them; the guest is where it
 * was in the end. A pause on the way ends the search early.
 */
export async function changesOf(
  options: HistoryOptions,
): Promise<{ readonly changes: readonly Change[]; readonly stop: Stop }> {
  const { session, dataId, limit, run, givenUp } = options;
  const here = await session.mark();
  const changes: Change[] = [];
  while (changes.length < limit && !givenUp()) {
    const stop = await session.seek({ kind: "change", dataId, direction: "back" }, run);
    if (stop.reason.kind !== "goto") break;
    changes.push(changeAt(session, stop, stop.reason.text, await session.mark()));
  }
  return { changes, stop: await session.seek({ kind: "mark", mark: here }, run) };
}

function changeAt(session: SessionApi, stop: Stop, text: string, mark: Mark): Change {
  const { frames } = session.stack(stop.thread, 0, FRAMES);
  const thread = session.threads().find(({ id }) => id === stop.thread);
  return {
    mark,
    time: stop.time,
    text,
    thread: thread?.name ?? "",
    stack: frames.filter(({ isModel }) => isModel).map(({ name }) => name),
  };
}
