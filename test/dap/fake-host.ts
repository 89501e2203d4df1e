import type { AdapterHost } from "../../src/dap/host.ts";
import type { Diagnostic } from "../../src/scenario/types.ts";
import type { Place } from "../../src/session/types.ts";
import { FakeSession } from "./fake-session.ts";

export interface FakeHost extends AdapterHost {
  /** Sessions in the order in which they were opened. */
  readonly sessions: FakeSession[];
}

/** A host of fake sessions. A scenario whose text contains `BAD` has an error. */
export function fakeHost(files: Readonly<Record<string, string>> = {}): FakeHost {
  const sessions: FakeSession[] = [];
  return {
    sessions,
    async readText(path) {
      const text = files[path];
      if (text === undefined) throw new Error("there is no such file");
      return text;
    },
    modelSource: () => ({}),
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    open(request) {
      if (request.text.includes("BAD") || request.text.includes("guset"))
        return { session: null, diagnostics: [mistake], places: () => [] };
      const session = new FakeSession(request.yield);
      sessions.push(session);
      return { session, diagnostics: [], places: (file, from, to) => placesOf(file, from, to) };
    },
  };
}

/** Every other line of the fake's program can have a breakpoint. */
function placesOf(file: Place["file"], from: number, to: number): Place[] {
  const lines = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return lines
    .filter((line) => line % 2 === 0)
    .map((line) => ({ file, line, column: 0, endLine: line, endColumn: 8 }));
}

const mistake: Diagnostic = {
  severity: "error",
  code: "unknown-key",
  message: 'Unknown key "guset". Did you mean "guest"?',
  range: { line: 1, column: 2, endLine: 1, endColumn: 7 },
  suggestion: "guest",
};
