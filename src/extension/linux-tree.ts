import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { definitionLine } from "./c-function.ts";
import { DEBUG_TYPE } from "./debug-type.ts";
import { MODEL_SCHEME } from "./model-sources.ts";
import type { RunTracker } from "./run-tracker.ts";
import { locate } from "./scenario-files.ts";

/** Where a checkout was chosen for a workspace whose launch configuration names none. */
const CHOSEN = "balloon.linuxTree";

/** What VS Code hands to a command in the menu of a stack frame, behind the source's location. */
interface FrameContext {
  readonly sessionId?: string;
  readonly frameName?: string;
  readonly frameLocation?: { readonly source?: DebugProtocol.Source };
}

/** A function of the model, and the session whose adapter knows which files of Linux it is in. */
interface Wanted {
  readonly session: vscode.DebugSession;
  readonly name: string;
  /** Path of the model's source: `mm/vmscan.ts`. */
  readonly path: string;
}

/** Shows the function of a stack frame, or at the cursor, in the user's own kernel checkout. */
export function registerLinuxTree(
  { subscriptions, workspaceState }: vscode.ExtensionContext,
  runs: RunTracker,
): void {
  const open = async (_source?: string, given?: FrameContext): Promise<void> => {
    try {
      await openInLinuxTree(await wantedBy(given, runs), workspaceState);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(why);
    }
  };
  subscriptions.push(vscode.commands.registerCommand("balloon.openInLinuxTree", open));
}

async function openInLinuxTree(
  wanted: Wanted | null,
  workspaceState: vscode.Memento,
): Promise<void> {
  if (wanted === null)
    throw new Error(
      vscode.l10n.t("Stop a scenario in a function of the simulated kernel first, then try again."),
    );
  const files = await linuxFiles(wanted);
  const root = await treeOf(wanted.session, workspaceState);
  if (root === null) return;
  const found = await readAll(root, files);
  if (found.length === 0)
    throw new Error(
      vscode.l10n.t(
        "There is no {0} in {1}.",
        files.join(", "),
        vscode.workspace.asRelativePath(root),
      ),
    );
  for (const { uri, text } of found) {
    const line = definitionLine(text, wanted.name);
    if (line !== null) return show(uri, line);
  }
  // The model's own helpers, and functions that this version of Linux calls otherwise.
  await show(found[0]!.uri, 0);
  vscode.window.setStatusBarMessage(
    vscode.l10n.t("{0} is not defined in {1} of this checkout.", wanted.name, files.join(", ")),
    8000,
  );
}

/** The frame that was clicked on, else the function at the cursor, else the frame that is shown. */
async function wantedBy(given: FrameContext | undefined, runs: RunTracker): Promise<Wanted | null> {
  const { sessionId, frameName, frameLocation } = given ?? {};
  const clicked = sessionId === undefined ? undefined : runs.session(sessionId);
  const session = clicked ?? vscode.debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) return null;
  if (frameName !== undefined) return wantedIn(session, frameName, frameLocation?.source);
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme === MODEL_SCHEME) {
    const { document, selection } = editor;
    const range = document.getWordRangeAtPosition(selection.active);
    const name = range === undefined ? "" : document.getText(range);
    return { session, name, path: document.uri.path.slice(1) };
  }
  const item = vscode.debug.activeStackItem;
  if (!(item instanceof vscode.DebugStackFrame)) return null;
  const { threadId, frameId } = item;
  const { stackFrames } = (await session.customRequest("stackTrace", {
    threadId,
  })) as DebugProtocol.StackTraceResponse["body"];
  const frame = stackFrames.find(({ id }) => id === frameId);
  return frame === undefined ? null : wantedIn(session, frame.name, frame.source);
}

/** Null for a line of the scenario, which no kernel has. */
function wantedIn(
  session: vscode.DebugSession,
  name: string,
  source: DebugProtocol.Source | undefined,
): Wanted | null {
  const path = modelPath(source);
  return path === null ? null : { session, name, path };
}

/** VS Code turns the paths in an adapter's answers into parsed URIs, other than their types say. */
function modelPath(source: DebugProtocol.Source | undefined): string | null {
  const given = source?.path as string | vscode.Uri | undefined;
  const uri = typeof given === "string" ? vscode.Uri.parse(given) : given;
  return uri?.scheme === MODEL_SCHEME ? uri.path.slice(1) : null;
}

/** Paths below the root of any checkout. */
async function linuxFiles({ session, path }: Wanted): Promise<readonly string[]> {
  const { sources } = (await session.customRequest(
    "loadedSources",
  )) as DebugProtocol.LoadedSourcesResponse["body"];
  const own = sources.find((source) => modelPath(source) === path);
  const files = (own?.sources ?? []).flatMap(({ name }) => name ?? []);
  if (files.length > 0) return files;
  throw new Error(vscode.l10n.t("{0} stands for no file of Linux.", path));
}

/** What the launch configuration names; else a folder that is asked for once in a workspace. */
async function treeOf(
  { configuration, workspaceFolder }: vscode.DebugSession,
  workspaceState: vscode.Memento,
): Promise<vscode.Uri | null> {
  const named: unknown = configuration["linuxTree"];
  if (typeof named === "string" && named !== "") return locate(named, workspaceFolder);
  const chosen = workspaceState.get<string>(CHOSEN);
  if (chosen !== undefined && (await isTree(vscode.Uri.parse(chosen))))
    return vscode.Uri.parse(chosen);
  const [root] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: vscode.l10n.t("Folder with the sources of Linux"),
      openLabel: vscode.l10n.t("Use These Sources"),
    })) ?? [];
  if (root === undefined) return null;
  if (!(await isTree(root)))
    throw new Error(
      vscode.l10n.t(
        "{0} does not look like the sources of Linux: it has no mm/vmscan.c.",
        root.fsPath,
      ),
    );
  await workspaceState.update(CHOSEN, root.toString());
  return root;
}

async function isTree(root: vscode.Uri): Promise<boolean> {
  return (await readAll(root, ["mm/vmscan.c"])).length > 0;
}

/** Those of the files that can be read, in the same order. */
async function readAll(
  root: vscode.Uri,
  files: readonly string[],
): Promise<{ readonly uri: vscode.Uri; readonly text: string }[]> {
  const all = files.map(async (file) => {
    const uri = vscode.Uri.joinPath(root, file);
    try {
      const bytes = await vscode.workspace.fs.readFile(uri);
      return [{ uri, text: new TextDecoder().decode(bytes) }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(all)).flat();
}

async function show(uri: vscode.Uri, line: number): Promise<void> {
  // A tab beside the model's source, not over a panel that has the focus.
  const viewColumn = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.One;
  const selection = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(uri, { selection, viewColumn });
}
