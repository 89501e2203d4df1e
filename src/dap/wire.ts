/**
 * Messages of the Debug Adapter Protocol as they cross a transport. Bodies stay `unknown` here:
 * what a client sends is read by `Arguments`, what we send is built by the handlers.
 */
export interface DapRequest {
  readonly seq: number;
  readonly type: "request";
  readonly command: string;
  readonly arguments?: unknown;
}

export interface DapResponse {
  readonly seq: number;
  readonly type: "response";
  readonly request_seq: number;
  readonly command: string;
  readonly success: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

export interface DapEvent {
  readonly seq: number;
  readonly type: "event";
  readonly event: string;
  readonly body?: unknown;
}

/** What an adapter sends to its client. */
export type DapOutgoing = DapResponse | DapEvent;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
