import * as vscode from "vscode";
import type { ResultBody } from "../dap/protocol.ts";
import type { PlannedRun } from "./test-plan.ts";
import type { TestTree } from "./test-tree.ts";

type ExpectOutcome = ResultBody["expect"][number];

/** Items that take the outcome of a run: its expectations, or itself when it has none. */
export function leavesOf({ item, expectations }: PlannedRun): readonly vscode.TestItem[] {
  return expectations.length === 0 ? [item] : expectations;
}

/** Tells the test view what came out of a run. */
export function reportResult(
  planned: PlannedRun,
  result: ResultBody,
  tree: TestTree,
  testRun: vscode.TestRun,
): void {
  // Also where nobody could say what it expects: then it is judged as a whole.
  if (planned.expectations.length === 0) judge(planned, planned.item, result.expect, testRun);
  for (const item of planned.expectations) {
    const node = tree.node(item);
    if (node?.kind !== "expectation") continue;
    const outcomes = result.expect.filter(
      ({ line, text }) => line === node.line && isSame(text, node.text),
    );
    // The run ended before the timeline came to it.
    if (outcomes.length === 0) testRun.skipped(item);
    else judge(planned, item, outcomes, testRun);
  }
}

function judge(
  planned: PlannedRun,
  item: vscode.TestItem,
  outcomes: readonly ExpectOutcome[],
  testRun: vscode.TestRun,
): void {
  const failures = outcomes.filter(({ pass }) => !pass).map((outcome) => failure(planned, outcome));
  if (failures.length === 0) testRun.passed(item);
  else testRun.failed(item, failures);
}

/** An error that kept a scenario from its end; `at` is where it stands, by default the scenario. */
export function reportError(
  planned: PlannedRun,
  message: string,
  testRun: vscode.TestRun,
  at?: vscode.Position,
): void {
  const { item, uri } = planned;
  const told = new vscode.TestMessage(message);
  const place = at ?? item.range;
  if (place !== undefined) told.location = new vscode.Location(uri, place);
  for (const leaf of leavesOf(planned)) testRun.errored(leaf, told);
}

function failure(
  { uri, variant }: PlannedRun,
  { line, text, actual }: ExpectOutcome,
): vscode.TestMessage {
  // It is shown behind the line, which says what was expected, and may do so for several variants.
  const told =
    variant === null
      ? vscode.l10n.t("Does not hold: {0}", actual)
      : vscode.l10n.t("Does not hold on {0}: {1}", variant, actual);
  const message = vscode.TestMessage.diff(told, text, actual);
  message.location = new vscode.Location(uri, new vscode.Position(line, 0));
  return message;
}

/** Blanks do not count: a text that was folded in YAML is laid out otherwise in the result. */
function isSame(a: string, b: string): boolean {
  return a.replace(/\s+/g, "") === b.replace(/\s+/g, "");
}
