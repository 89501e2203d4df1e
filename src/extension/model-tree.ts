import * as vscode from "vscode";
import { breakpointsAt, toggleFunction } from "./function-breakpoints.ts";
import {
  modelUri,
  type ModelFile,
  type ModelFunctionInfo,
  type ModelSources,
} from "./model-sources.ts";

/** What the tree shows: folders, in them files, in these functions. */
export type ModelNode =
  | { readonly kind: "folder"; readonly name: string; readonly files: readonly ModelFile[] }
  | { readonly kind: "file"; readonly file: ModelFile }
  | {
      readonly kind: "function";
      readonly file: ModelFile;
      readonly function: ModelFunctionInfo;
    };

/**
 * The simulated kernel beside the call stack: to look around in, and to set breakpoints before
 * anything runs. Each generation of the balloon driver has its functions in a file of its own.
 */
export class ModelTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  readonly #sources: ModelSources;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #owned: vscode.Disposable;

  constructor(sources: ModelSources) {
    this.#sources = sources;
    this.#owned = vscode.Disposable.from(
      this.#changed,
      vscode.window.createTreeView("balloon.model", {
        treeDataProvider: this,
        showCollapseAll: true,
      }),
      vscode.debug.onDidChangeBreakpoints(() => this.#changed.fire(undefined)),
      vscode.commands.registerCommand("balloon.toggleModelBreakpoint", (node?: ModelNode) => {
        if (node?.kind === "function") toggleFunction(node.function.name);
      }),
    );
    // Only where there is something to debug does the view take room from others.
    void vscode.commands.executeCommand("setContext", "balloon.isActive", true);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    switch (node?.kind) {
      case undefined:
        return foldersOf(await this.#sources.files());
      case "folder":
        return node.files.map((file) => ({ kind: "file", file }));
      case "file":
        return node.file.functions
          .toSorted((a, b) => a.line - b.line)
          .map((each) => ({ kind: "function", file: node.file, function: each }));
      case "function":
        return [];
    }
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    switch (node.kind) {
      case "folder":
        return folderItem(node.name);
      case "file":
        return fileItem(node.file);
      case "function":
        return functionItem(node.file, node.function);
    }
  }
}

/** Folders by name, and last the files that are in none. */
function foldersOf(files: readonly ModelFile[]): ModelNode[] {
  const folders = new Map<string, ModelFile[]>();
  const loose: ModelFile[] = [];
  for (const file of files.toSorted(inOrder)) {
    if (file.functions.length === 0) continue;
    const folder = file.path.split("/").slice(0, -1).join("/");
    const inside = folders.get(folder);
    if (folder === "") loose.push(file);
    else if (inside === undefined) folders.set(folder, [file]);
    else inside.push(file);
  }
  return [
    ...[...folders].map(([name, inside]): ModelNode => ({ kind: "folder", name, files: inside })),
    ...loose.map((file): ModelNode => ({ kind: "file", file })),
  ];
}

/** Numbers as numbers: v6.8 comes before v6.19. */
function inOrder(a: ModelFile, b: ModelFile): number {
  return a.path.localeCompare(b.path, "en", { numeric: true });
}

function folderItem(name: string): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = name;
  item.iconPath = vscode.ThemeIcon.Folder;
  return item;
}

function fileItem({ path }: ModelFile): vscode.TreeItem {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const generation = generationOf(path);
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = path;
  item.iconPath = new vscode.ThemeIcon(generation === null ? "file-code" : "versions");
  if (generation !== null) item.description = vscode.l10n.t("driver as in {0}", generation);
  return item;
}

/** `balloon/v4_19.ts` has what the driver of v4.19 has of its own. */
function generationOf(path: string): string | null {
  const [, major, minor] = /^balloon\/v(\d+)_(\d+)\.ts$/.exec(path) ?? [];
  return major === undefined ? null : `v${major}.${minor}`;
}

function functionItem(
  { path }: ModelFile,
  { name, line, doc, maySleep }: ModelFunctionInfo,
): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  const breaks = breakpointsAt(name).length > 0;
  item.id = `${path}:${name}`;
  item.contextValue = "function";
  item.iconPath = breaks
    ? new vscode.ThemeIcon(
        "debug-breakpoint-function",
        new vscode.ThemeColor("debugIcon.breakpointForeground"),
      )
    : new vscode.ThemeIcon(maySleep ? "watch" : "symbol-function");
  const sleeps = maySleep ? vscode.l10n.t("may sleep") : "";
  item.description = sleeps;
  item.tooltip = [name, doc, sleeps].filter((part) => part !== "").join("\n");
  const said = [name, sleeps, breaks ? vscode.l10n.t("breakpoint") : ""];
  item.accessibilityInformation = { label: said.filter((part) => part !== "").join(", ") };
  item.command = {
    command: "vscode.open",
    title: vscode.l10n.t("Open"),
    arguments: [modelUri(path), { selection: new vscode.Range(line, 0, line, 0) }],
  };
  return item;
}
