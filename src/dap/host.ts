import type { Diagnostic } from "../scenario/types.ts";
import type { Place, SessionApi } from "../session/types.ts";
import type { Parking } from "./parking.ts";

/** What the adapter needs of the place it runs in: a process, a worker of an editor, or a test. */
export interface AdapterHost {
  /** Text of a scenario file. Rejects with a reason fit for a sentence (`no such file`). */
  readText(pathOrUri: string): Promise<string>;
  /**
   * Where the client finds a model source (`mm/vmscan.ts`). Without a path the adapter serves the
   * text itself, by source reference. `text` is what was compiled.
   */
  modelSource(path: string, text: string): { readonly path?: string };
  /** Lets waiting input in between two slices of a run. */
  yield(): Promise<void>;
  /** Where guests stay whose client has left; absent where nothing outlives the connection. */
  readonly parking?: Parking;
  /** Parses and boots; the adapter owns the session and disposes of it. */
  open(request: OpenRequest): Opened;
}

export interface OpenRequest {
  readonly text: string;
  /** Path or URI as the user gave it. */
  readonly path: string;
  readonly kernel?: string;
  readonly seed?: number;
  /** Name of a variant, of a scenario with a `matrix`. */
  readonly variant?: string;
  /** Whether the run can be gone back in; without, it is faster and takes less memory. */
  readonly keepHistory: boolean;
  readonly yield: () => Promise<void>;
}

export interface Opened {
  /** Null when the scenario has errors. */
  readonly session: SessionApi | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Where breakpoints can stand between two lines of a file, both included. */
  readonly places: (file: Place["file"], from: number, to: number) => readonly Place[];
}
