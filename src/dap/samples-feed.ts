import type { SessionApi } from "../session/types.ts";
import type { SamplesBody } from "./protocol.ts";

/** Remembers which samples the client has, and makes bodies of `balloon/samples` from the rest. */
export class SamplesFeed {
  private readonly session: SessionApi;
  /** Times of the samples that the client has, in order. */
  private readonly sent: number[] = [];
  private eventsUntil = -1;

  constructor(session: SessionApi) {
    this.session = session;
  }

  /** What the client has not seen up to the present; null when there is nothing. */
  next(): SamplesBody | null {
    const body = this.upToNow(this.sent.length, this.eventsUntil);
    if (body.times.length === 0 && body.events.length === 0) return null;
    for (const time of body.times) this.sent.push(time);
    this.eventsUntil = this.session.time();
    return body;
  }

  /** After going back: takes away what lies in the future again. Null when nothing does. */
  rewind(): SamplesBody | null {
    const now = this.session.time();
    let kept = this.sent.length;
    while (kept > 0 && this.sent[kept - 1]! > now) kept--;
    if (kept === this.sent.length && this.eventsUntil <= now) return null;
    this.sent.length = kept;
    // Events since the last kept sample are sent again: the client drops events with their samples.
    this.eventsUntil = kept === 0 ? -1 : this.sent[kept - 1]!;
    return { first: kept, truncate: true, times: [], series: {}, events: [] };
  }

  /** The run is another branch now: the client forgets everything and gets it anew. */
  restart(): SamplesBody {
    this.sent.length = 0;
    this.eventsUntil = -1;
    return { first: 0, truncate: true, times: [], series: {}, events: [] };
  }

  /** Everything from one sample on, for a panel that opens late; of another branch all there is. */
  since(first: number, branch?: number): SamplesBody {
    if (branch === undefined || branch === this.session.branch) return this.upToNow(first, -1);
    return { ...this.session.samples(first, branch), truncate: false };
  }

  /**
   * A session that has gone back may still know what comes later; the client must not. Events since
   * the sample before the first are asked for as well: they may have happened after it was sent.
   */
  private upToNow(since: number, eventsAfter: number): SamplesBody {
    const { first, times, series, events } = this.session.samples(Math.max(since - 1, 0));
    const now = this.session.time();
    const from = Math.max(since - first, 0);
    const firstLater = times.findIndex((time) => time > now);
    const to = firstLater === -1 ? times.length : firstLater;
    return {
      first: first + from,
      truncate: false,
      times: times.slice(from, to),
      series: Object.fromEntries(
        Object.entries(series).map(([name, column]) => [name, column.slice(from, to)]),
      ),
      events: events.filter((event) => event.time > eventsAfter && event.time <= now),
    };
  }
}
