import * as vscode from "vscode";
import { breakAtFunction } from "./function-breakpoints.ts";

/** Scheme under which the adapter names model sources: `balloon-model:/mm/vmscan.ts`. */
export const MODEL_SCHEME = "balloon-model";

/** `dist/model-sources.json`, written by the build from the compiled model. */
interface ModelIndex {
  readonly files: readonly ModelFile[];
}

export interface ModelFile {
  readonly path: string;
  readonly text: string;
  readonly functions: readonly ModelFunctionInfo[];
}

/** Lines count from zero. */
export interface ModelFunctionInfo {
  readonly name: string;
  readonly line: number;
  readonly doc: string;
  /** Whether a thread can be blocked in it, or in what it calls. */
  readonly maySleep: boolean;
}

/**
 * The sources that users step through, as a read-only file system, so that they can be opened
 * and given breakpoints before anything runs and stay open when the window is reloaded.
 */
export class ModelSources implements vscode.FileSystemProvider {
  readonly #index: vscode.Uri;
  #loading: Promise<ModelIndex> | null = null;
  readonly #noChanges = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#noChanges.event;

  constructor(extensionUri: vscode.Uri) {
    this.#index = vscode.Uri.joinPath(extensionUri, "dist", "model-sources.json");
  }

  async files(): Promise<readonly ModelFile[]> {
    this.#loading ??= this.#load();
    try {
      return (await this.#loading).files;
    } catch (error) {
      // The next one to ask tries again.
      this.#loading = null;
      throw error;
    }
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const files = await this.files();
    const file = files.find(({ path }) => path === pathOf(uri));
    const stamps = { ctime: 0, mtime: 0, permissions: vscode.FilePermission.Readonly };
    if (file !== undefined)
      return { type: vscode.FileType.File, size: encode(file.text).length, ...stamps };
    if (childrenOf(files, pathOf(uri)).size === 0) throw vscode.FileSystemError.FileNotFound(uri);
    return { type: vscode.FileType.Directory, size: 0, ...stamps };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const file = (await this.files()).find(({ path }) => path === pathOf(uri));
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return encode(file.text);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return [...childrenOf(await this.files(), pathOf(uri))];
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  async #load(): Promise<ModelIndex> {
    const bytes = await vscode.workspace.fs.readFile(this.#index);
    return JSON.parse(new TextDecoder().decode(bytes)) as ModelIndex;
  }
}

export function registerModelSources(context: vscode.ExtensionContext): ModelSources {
  const sources = new ModelSources(context.extensionUri);
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(MODEL_SCHEME, sources, {
      isReadonly: new vscode.MarkdownString(
        vscode.l10n.t(
          "This is the simulated kernel, compiled into the debugger. Set breakpoints here; it cannot be edited.",
        ),
      ),
    }),
    vscode.commands.registerCommand("balloon.openModelSource", () => openModelSource(sources)),
  );
  return sources;
}

interface SourceItem extends vscode.QuickPickItem {
  readonly path?: string;
  readonly line?: number;
  readonly functionName?: string;
}

/** Lists all functions by file; the button at the right sets a function breakpoint at once. */
async function openModelSource(sources: ModelSources): Promise<void> {
  const pick = vscode.window.createQuickPick<SourceItem>();
  pick.title = vscode.l10n.t("Functions of the simulated kernel");
  pick.placeholder = vscode.l10n.t("Function or file, for example virtio_balloon_oom_notify");
  pick.matchOnDescription = true;
  pick.busy = true;
  pick.onDidHide(() => pick.dispose());
  pick.onDidTriggerItemButton(({ item }) => {
    if (item.functionName === undefined) return;
    breakAtFunction(item.functionName);
    pick.hide();
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    pick.hide();
    if (item?.path !== undefined) void showModelSource(item.path, item.line ?? 0);
  });
  pick.show();
  try {
    pick.items = (await sources.files()).flatMap(itemsOf);
    pick.busy = false;
  } catch (error) {
    pick.hide();
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(
      vscode.l10n.t("The model sources cannot be read: {0}", why),
    );
  }
}

/** Shows a function, the first of its name. */
export async function showModelFunction(sources: ModelSources, name: string): Promise<void> {
  for (const { path, functions } of await sources.files()) {
    const found = functions.find((each) => each.name === name);
    if (found !== undefined) return showModelSource(path, found.line);
  }
  const unknown = vscode.l10n.t("The simulated kernel has no function {0}.", name);
  void vscode.window.showErrorMessage(unknown);
}

async function showModelSource(path: string, line: number): Promise<void> {
  const uri = vscode.Uri.from({ scheme: MODEL_SCHEME, path: `/${path}` });
  // Not over a panel that has the focus.
  const viewColumn = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One;
  const selection = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(uri, { selection, viewColumn });
}

function itemsOf(file: ModelFile): SourceItem[] {
  const breakButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("debug-breakpoint-function"),
    tooltip: vscode.l10n.t("Break at this function"),
  };
  return [
    { label: file.path, kind: vscode.QuickPickItemKind.Separator },
    { label: file.path, iconPath: new vscode.ThemeIcon("file-code"), path: file.path, line: 0 },
    ...file.functions.map(({ name, line, doc }) => ({
      label: name,
      description: file.path,
      ...(doc === "" ? {} : { detail: doc }),
      iconPath: new vscode.ThemeIcon("symbol-function"),
      path: file.path,
      line,
      functionName: name,
      buttons: [breakButton],
    })),
  ];
}

export function modelUri(path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: MODEL_SCHEME, path: `/${path}` });
}

function pathOf(uri: vscode.Uri): string {
  return uri.path.replace(/^\/+|\/+$/g, "");
}

/** Names of files and folders right below `folder` ("" is the root). */
function childrenOf(files: readonly ModelFile[], folder: string): Map<string, vscode.FileType> {
  const prefix = folder === "" ? "" : `${folder}/`;
  const children = new Map<string, vscode.FileType>();
  for (const { path } of files) {
    if (!path.startsWith(prefix)) continue;
    const rest = path.slice(prefix.length);
    const slash = rest.indexOf("/");
    if (slash < 0) children.set(rest, vscode.FileType.File);
    else children.set(rest.slice(0, slash), vscode.FileType.Directory);
  }
  return children;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
