import * as vscode from "vscode";
import type { ProtocolRange, ScenarioTests, TestPlace } from "../lsp/protocol.ts";
import { readScenario, scenarioName } from "./scenario-files.ts";

/** What an item of the test view stands for. */
export type TestNode =
  | { readonly kind: "folder" }
  | { readonly kind: "scenario"; readonly uri: vscode.Uri }
  | { readonly kind: "variant"; readonly uri: vscode.Uri; readonly variant: string }
  | { readonly kind: "expectation"; readonly text: string; readonly line: number };

/** Asks what of a scenario's text is a test; null when nobody can say. */
export type FindTests = (uri: vscode.Uri, text: string) => Promise<ScenarioTests | null>;

/**
 * The tests of the workspace: folders, in them scenarios, below these the variants of a matrix, and
 * below these what is expected. An item is called by what it says, so that results stay with it when lines are added
 * above.
 */
export class TestTree {
  readonly #controller: vscode.TestController;
  readonly #find: FindTests;
  readonly #nodes = new WeakMap<vscode.TestItem, TestNode>();
  /** By their address, wherever they are in the tree. */
  readonly #scenarios = new Map<string, vscode.TestItem>();

  constructor(controller: vscode.TestController, find: FindTests) {
    this.#controller = controller;
    this.#find = find;
  }

  node(item: vscode.TestItem): TestNode | undefined {
    return this.#nodes.get(item);
  }

  get scenarios(): vscode.TestItem[] {
    return [...this.#scenarios.values()];
  }

  scenario(uri: vscode.Uri): vscode.TestItem | undefined {
    return this.#scenarios.get(uri.toString());
  }

  /** Leaves exactly these scenarios, and those among them that were known as they are. */
  show(uris: readonly vscode.Uri[]): void {
    const wanted = new Set(uris.map(String));
    for (const id of this.#scenarios.keys()) if (!wanted.has(id)) this.#remove(id);
    for (const uri of uris) this.add(uri);
  }

  add(uri: vscode.Uri): void {
    const id = uri.toString();
    if (this.#scenarios.has(id)) return;
    const item = this.#controller.createTestItem(id, scenarioName(uri), uri);
    item.canResolveChildren = true;
    item.sortText = uri.path;
    this.#nodes.set(item, { kind: "scenario", uri });
    this.#scenarios.set(id, item);
    this.#placeOf(uri).add(item);
  }

  remove(uri: vscode.Uri): void {
    this.#remove(uri.toString());
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

  /** A folder without scenarios is not shown. */
  #remove(id: string): void {
    const { items } = this.#controller;
    const folder = this.#scenarios.get(id)?.parent;
    this.#scenarios.delete(id);
    (folder?.children ?? items).delete(id);
    if (folder?.children.size === 0) items.delete(folder.id);
  }

  #placeOf(uri: vscode.Uri): vscode.TestItemCollection {
    const { items } = this.#controller;
    const [, name] = /^(.*)\//.exec(vscode.workspace.asRelativePath(uri)) ?? [];
    if (name === undefined) return items;
    const id = `folder:${name}`;
    const known = items.get(id);
    if (known !== undefined) return known.children;
    const folder = this.#controller.createTestItem(id, name);
    folder.sortText = uri.path.slice(0, uri.path.lastIndexOf("/"));
    this.#nodes.set(folder, { kind: "folder" });
    items.add(folder);
    return folder.children;
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
