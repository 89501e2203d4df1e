import * as vscode from "vscode";
import type { ProtocolRange, ScenarioTests, TestPlace } from "../lsp/protocol.ts";
import { readScenario, scenarioName } from "./scenario-files.ts";

/** What an item of the test view stands for. */
export type TestNode =
  | { readonly kind: "scenario"; readonly uri: vscode.Uri }
  | { readonly kind: "variant"; readonly uri: vscode.Uri; readonly variant: string }
  | { readonly kind: "expectation"; readonly text: string; readonly line: number };

/** Asks what of a scenario's text is a test; null when nobody can say. */
export type FindTests = (uri: vscode.Uri, text: string) => Promise<ScenarioTests | null>;

/**
 * The tests of the workspace: scenarios, below them the variants of a matrix, below these what is
 * expected. An item is called by what it says, so that results stay with it when lines are added
 * above.
 */
export class TestTree {
  readonly #controller: vscode.TestController;
  readonly #find: FindTests;
  readonly #nodes = new WeakMap<vscode.TestItem, TestNode>();

  constructor(controller: vscode.TestController, find: FindTests) {
    this.#controller = controller;
    this.#find = find;
  }

  node(item: vscode.TestItem): TestNode | undefined {
    return this.#nodes.get(item);
  }

  get scenarios(): vscode.TestItem[] {
    return itemsOf(this.#controller.items);
  }

  /** Leaves exactly these scenarios, and those among them that were known as they are. */
  show(uris: readonly vscode.Uri[]): void {
    this.#controller.items.replace(uris.map((uri) => this.#scenario(uri)));
  }

  add(uri: vscode.Uri): vscode.TestItem {
    const item = this.#scenario(uri);
    this.#controller.items.add(item);
    return item;
  }

  remove(uri: vscode.Uri): void {
    this.#controller.items.delete(uri.toString());
  }

  /** Reads the scenario anew. What it returns is the text that the tests were found in. */
  async resolve(item: vscode.TestItem): Promise<string | null> {
    const node = this.node(item);
    if (node?.kind !== "scenario") return null;
    item.busy = true;
    try {
      const text = await readScenario(node.uri);
      const tests = await this.#find(node.uri, text);
      if (tests !== null) this.#fill(item, node.uri, tests);
      item.error = undefined;
      return text;
    } catch (error) {
      item.error = error instanceof Error ? error.message : String(error);
      return null;
    } finally {
      item.busy = false;
    }
  }

  #scenario(uri: vscode.Uri): vscode.TestItem {
    const id = uri.toString();
    const known = this.#controller.items.get(id);
    if (known !== undefined) return known;
    const item = this.#controller.createTestItem(id, scenarioName(uri), uri);
    item.canResolveChildren = true;
    item.sortText = uri.path;
    this.#nodes.set(item, { kind: "scenario", uri });
    return item;
  }

  #fill(item: vscode.TestItem, uri: vscode.Uri, tests: ScenarioTests): void {
    const { name, range, expectations, variants } = tests;
    item.description = name;
    item.range = toRange(range);
    if (variants.length === 0) {
      this.#expect(item, uri, expectations);
      return;
    }
    const children = variants.map((place, at) => {
      const child = this.#child(item, uri, `variant:${place.text}`, place, at);
      this.#nodes.set(child, { kind: "variant", uri, variant: place.text });
      this.#expect(child, uri, expectations);
      return child;
    });
    item.children.replace(children);
  }

  #expect(item: vscode.TestItem, uri: vscode.Uri, places: readonly TestPlace[]): void {
    const seen = new Map<string, number>();
    const children = places.map((place, at) => {
      const times = seen.get(place.text) ?? 0;
      seen.set(place.text, times + 1);
      const child = this.#child(item, uri, `expect:${place.text}:${times}`, place, at);
      const { line } = place.range.start;
      this.#nodes.set(child, { kind: "expectation", text: place.text, line });
      return child;
    });
    item.children.replace(children);
  }

  #child(
    parent: vscode.TestItem,
    uri: vscode.Uri,
    id: string,
    { text, range }: TestPlace,
    at: number,
  ): vscode.TestItem {
    const child = parent.children.get(id) ?? this.#controller.createTestItem(id, text, uri);
    child.range = toRange(range);
    // In the order of the file.
    child.sortText = String(at).padStart(4, "0");
    return child;
  }
}

export function itemsOf(collection: vscode.TestItemCollection): vscode.TestItem[] {
  return [...collection].map(([, item]) => item);
}

function toRange({ start, end }: ProtocolRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
