import type { Arguments } from "./arguments.ts";
import type { Launched } from "./launched.ts";

/**
 * When a request makes sense: `launched` at any time from then on, `stopped` while nothing runs,
 * `ready` when the client may also resume, `running` only then.
 */
export type When = "launched" | "stopped" | "ready" | "running";

export interface Answer {
  readonly body?: unknown;
  /** Done when the response has been sent: the events that the request leads to. */
  readonly after?: () => void;
}

export interface RequestHandler {
  readonly when: When;
  /** While a promise is open, later requests wait; so only what is short may return one. */
  readonly run: (launched: Launched, args: Arguments) => Answer | Promise<Answer>;
}

/** Requests by name. */
export type Requests = Readonly<Record<string, RequestHandler>>;
