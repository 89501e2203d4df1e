import { expect, it } from "vitest";
import { renderDiagnostic } from "../../src/cli/diagnostics.ts";
import { plain } from "../../src/dap/table.ts";
import type { Range } from "../../src/scenario/types.ts";

function check(text: string, range: Range, lines: readonly string[]): void {
  const diagnostic = {
    severity: "error",
    code: "x",
    message: "No.",
    range,
    suggestion: null,
  } as const;
  expect(renderDiagnostic("a.yaml", text, diagnostic, plain).trimEnd().split("\n")).toEqual(lines);
}

it("underlines the place", () => {
  check("a: 1\nbcd: 2", { line: 1, column: 0, endLine: 1, endColumn: 3 }, [
    "a.yaml:2:1: error: No.",
    "  2 | bcd: 2",
    "    | ^~~",
  ]);
});

it("stays under its place behind tabs", () => {
  check("\t\tx", { line: 0, column: 2, endLine: 0, endColumn: 3 }, [
    "a.yaml:1:3: error: No.",
    "  1 | \t\tx",
    "    | \t\t^",
  ]);
});

it("underlines to the end of the line what ends on another", () => {
  check("a: [\n1", { line: 0, column: 3, endLine: 1, endColumn: 1 }, [
    "a.yaml:1:4: error: No.",
    "  1 | a: [",
    "    |    ^",
  ]);
});

it("shows no line where there is none", () => {
  check("", { line: 0, column: 0, endLine: 0, endColumn: 0 }, ["a.yaml:1:1: error: No."]);
});

it("sends no control characters to the terminal", () => {
  check("\u001b[2Jx\u0007", { line: 0, column: 0, endLine: 0, endColumn: 1 }, [
    "a.yaml:1:1: error: No.",
    "  1 | ·[2Jx·",
    "    | ^",
  ]);
});
