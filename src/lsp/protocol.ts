/** What our client and server say to each other beyond the protocol. */

/** Sent by the client as `initializationOptions`; other editors need not send any. */
export interface ClientOptions {
  /** The editor has the commands `balloon.runScenario` and so on, and VS Code's own. */
  readonly commands?: boolean;
  /** The editor can open `balloon-model:` documents and answers `MODEL_FUNCTIONS`. */
  readonly modelSources?: boolean;
}

/** Client to server: `{ uri, text }`; the answer is all diagnostics, which are also shown. */
export const CHECK = "balloon/check";

/** Client to server: a `TestsQuestion`; the answer is a `ScenarioTests`. */
export const TESTS = "balloon/tests";

/** A kernel or a seed that is chosen by other means takes its axis out of the matrix. */
export interface TestsQuestion {
  readonly uri: string;
  readonly text: string;
  readonly kernel?: string;
  readonly seed?: number;
}

/** What of a scenario is a test. Lines and columns count from zero. */
export interface ScenarioTests {
  /** "" when it does not say. */
  readonly name: string;
  readonly range: ProtocolRange;
  /** Of the timeline and of the end, in the order of the text. */
  readonly expectations: readonly TestPlace[];
  /** Of its `matrix`; none without one. */
  readonly variants: readonly TestPlace[];
}

export interface TestPlace {
  readonly text: string;
  readonly range: ProtocolRange;
}

export interface ProtocolRange {
  readonly start: ProtocolPosition;
  readonly end: ProtocolPosition;
}

export interface ProtocolPosition {
  readonly line: number;
  readonly character: number;
}

/** Server to client: `{ name }`; the answer is a list of `ModelFunction`, one for each file that has it. */
export const MODEL_FUNCTIONS = "balloon/modelFunctions";

/** A function of the simulated kernel. Lines count from zero. */
export interface ModelFunction {
  readonly name: string;
  /** `mm/vmscan.ts`. */
  readonly path: string;
  readonly line: number;
  /** One sentence, or "". */
  readonly doc: string;
}
