/** What the view of the virtqueues and the extension say to each other. */
import type { RingsBody } from "../dap/protocol.ts";
import type { RunState } from "./protocol.ts";

export interface RingsRun {
  /** The same as long as it is the same debug session. */
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  /** Virtual time of the present stop in ns; null while running. */
  readonly stoppedAt: number | null;
}

export type ToRings =
  /** Null: nothing has run since the extension started. */
  | { readonly kind: "run"; readonly run: RingsRun | null }
  /** As at the present stop. */
  | { readonly kind: "rings"; readonly body: RingsBody };

export type FromRings =
  { readonly kind: "ready" } | { readonly kind: "failed"; readonly message: string };

/** Texts of the panel, translated by the extension; `{0}` stands for a value. */
export interface RingsTexts {
  readonly title: string;
  readonly noRun: string;
  readonly waiting: string;
  readonly running: string;
  readonly stoppedAt: string;
  readonly finished: string;
  readonly noQueues: string;
  readonly stale: string;
  readonly free: string;
  readonly available: string;
  readonly device: string;
  readonly used: string;
  readonly split: string;
  readonly packed: string;
  readonly summary: string;
  readonly rings: string;
  readonly onlyRing: string;
  readonly descriptors: string;
  readonly inUse: string;
  readonly allFree: string;
  readonly more: string;
  readonly number: string;
  readonly whose: string;
  readonly address: string;
  readonly bytes: string;
  readonly flags: string;
  readonly buffer: string;
}
