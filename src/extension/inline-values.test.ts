import { expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { fakeVscode, textDocument } from "../../test/extension/fake-vscode.ts";
import { conditionNameAt, conditionsOf, localsOf, memberAt } from "./inline-values.ts";

vi.mock("vscode", async () => {
  const { fakeVscode: fake } = await import("../../test/extension/fake-vscode.ts");
  class Shown {
    readonly range: object;
    readonly text: string;

    constructor(range: object, text: string) {
      this.range = range;
      this.text = text;
    }
  }
  return {
    ...fake,
    InlineValueVariableLookup: class extends Shown {},
    InlineValueEvaluatableExpression: class extends Shown {},
    EvaluatableExpression: class extends Shown {},
  };
});

const MODEL = textDocument(`function fill(vb: virtio_balloon): void {
  const nr = vb.num + vb.num;
  use(nr);
  const later = nr;
}
`);
const SCENARIO = textDocument("timeline:\n  - wait-until: balloon.reached\nexpect:\n  - a == 1\n");

const range = (from: number, to: number): vscode.Range =>
  new fakeVscode.Range(from, 0, to, 0) as unknown as vscode.Range;
const position = (line: number, character: number): vscode.Position =>
  new fakeVscode.Position(line, character) as unknown as vscode.Position;

function told(values: unknown): string[] {
  return (values as { text: string; range: vscode.Range }[]).map(
    ({ text, range: { start, end } }) =>
      `${start.line}:${start.character}-${end.character} ${text}`,
  );
}

test("locals are shown up to the line of the stop, once a line, within the view", () => {
  const stopped = (line: number): vscode.InlineValueContext =>
    ({ frameId: 1, stoppedLocation: range(line, line) }) as vscode.InlineValueContext;
  expect(told(localsOf(MODEL, range(0, 9), stopped(2)))).toEqual([
    "0:14-16 vb",
    "1:8-10 nr",
    "1:13-15 vb",
    "2:6-8 nr",
  ]);
  expect(told(localsOf(MODEL, range(2, 3), stopped(3)))).toEqual([
    "2:6-8 nr",
    "3:8-13 later",
    "3:16-18 nr",
  ]);
});

test("conditions of a scenario are shown as they hold", () => {
  expect(told(conditionsOf(SCENARIO, range(0, 9)))).toEqual([
    "1:16-31 balloon.reached",
    "3:4-10 a == 1",
  ]);
  expect(told(conditionsOf(SCENARIO, range(2, 3)))).toEqual(["3:4-10 a == 1"]);
});

test("what the mouse is on is evaluated, with its members", () => {
  expect(told([memberAt(MODEL, position(1, 17))])).toEqual(["1:13-19 vb.num"]);
  expect(memberAt(MODEL, position(2, 3))).toBeUndefined();
  expect(told([conditionNameAt(SCENARIO, position(1, 20))])).toEqual(["1:16-31 balloon.reached"]);
  expect(conditionNameAt(SCENARIO, position(1, 6))).toBeUndefined();
});
