import type * as vscode from "vscode";
import { itemsOf, type TestTree } from "./test-tree.ts";

/** One run to make: of a scenario, or of a variant of it. */
export interface PlannedRun {
  readonly item: vscode.TestItem;
  readonly uri: vscode.Uri;
  readonly text: string;
  readonly variant: string | null;
  /** What of it was asked for. A run without expectations is a test itself. */
  readonly expectations: readonly vscode.TestItem[];
}

/** What has to be run for a request: each scenario is read anew, so that lines are those of its text. */
export async function planRuns(
  { include, exclude }: Pick<vscode.TestRunRequest, "include" | "exclude">,
  tree: TestTree,
): Promise<{ readonly runs: readonly PlannedRun[]; readonly unreadable: vscode.TestItem[] }> {
  const wanted = include ?? tree.scenarios;
  const isWanted = (item: vscode.TestItem): boolean =>
    withAncestors(item).some((each) => wanted.includes(each)) &&
    !withAncestors(item).some((each) => exclude?.includes(each) === true);
  const runs: PlannedRun[] = [];
  const unreadable: vscode.TestItem[] = [];
  for (const scenario of new Set(wanted.flatMap((item) => scenariosOf(item, tree)))) {
    const text = await tree.resolve(scenario);
    if (text === null) {
      unreadable.push(scenario);
      continue;
    }
    const children = itemsOf(scenario.children);
    const variants = children.filter((child) => tree.node(child)?.kind === "variant");
    for (const item of variants.length === 0 ? [scenario] : variants) {
      const node = tree.node(item);
      if (node?.kind !== "scenario" && node?.kind !== "variant") continue;
      const all = itemsOf(item.children);
      const expectations = all.filter(isWanted);
      if (expectations.length === 0 && (all.length > 0 || !isWanted(item))) continue;
      const variant = node.kind === "variant" ? node.variant : null;
      runs.push({ item, uri: node.uri, text, variant, expectations });
    }
  }
  return { runs, unreadable };
}

/** Those in a folder, or the one that the item is of. */
function scenariosOf(item: vscode.TestItem, tree: TestTree): vscode.TestItem[] {
  if (tree.node(item)?.kind === "folder") return itemsOf(item.children);
  return withAncestors(item).filter((each) => tree.node(each)?.kind === "scenario");
}

/** The item first, its folder last. */
function withAncestors(item: vscode.TestItem): vscode.TestItem[] {
  const chain = [item];
  for (let above = item.parent; above !== undefined; above = above.parent) chain.push(above);
  return chain;
}
