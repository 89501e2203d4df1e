import * as vscode from "vscode";

export const LANGUAGE = "balloon-scenario";
const SUFFIX = /\.balloon\.ya?ml$/;
/** Bounds of the walk below: enough for any workspace of scenarios, not for a home folder. */
const MAX_DEPTH = 6;
const MAX_FOLDERS = 500;

export function isScenario(uri: vscode.Uri): boolean {
  return SUFFIX.test(uri.path) || openDocument(uri)?.languageId === LANGUAGE;
}

/** The scenario in the active editor, if that is one. */
export function activeScenario(): vscode.Uri | null {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isScenario(document.uri) ? document.uri : null;
}

/** All scenarios of the workspace, by path. */
export async function findScenarios(token?: vscode.CancellationToken): Promise<vscode.Uri[]> {
  let found = await vscode.workspace.findFiles(
    "**/*.balloon.{yaml,yml}",
    "**/node_modules/**",
    1000,
    token,
  );
  // In the browser a file system may come without a search, and then nothing is ever found.
  if (found.length === 0) found = await walkWorkspace(token);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * What a launch configuration calls `program`, as a location: a URI, an absolute path, or a path
 * within the folder. VS Code replaces `${workspaceFolder}` by a bare path even where the folder
 * is not on a disk; such a path belongs to the folder's own file system.
 */
export function locate(program: string, folder: vscode.WorkspaceFolder | undefined): vscode.Uri {
  // Two letters at least before the colon: one is a drive.
  if (/^[a-z][a-z0-9+.-]+:/i.test(program)) return vscode.Uri.parse(program);
  const root = folder?.uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const isAbsolute = /^([a-z]:)?[\\/]/i.test(program);
  if (root === undefined || (isAbsolute && root.scheme === "file")) return vscode.Uri.file(program);
  const path = root.scheme === "file" ? program : program.replaceAll("\\", "/");
  return isAbsolute ? root.with({ path }) : vscode.Uri.joinPath(root, path);
}

/** The inverse of `locate`: a plain path on the disk, a URI elsewhere. */
export function programOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString();
}

/** What a command is called with: menus pass a URI, lenses of the language server its text. */
export type Given = vscode.Uri | string | undefined;

export function uriOf(given: Given): vscode.Uri | null {
  return typeof given === "string" ? vscode.Uri.parse(given) : (given ?? null);
}

/** The text as the user sees it: an open document with its unsaved edits, else the file. */
export async function readScenario(uri: vscode.Uri): Promise<string> {
  const document = openDocument(uri);
  if (document !== undefined) return document.getText();
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** File name without folder and suffix. */
export function scenarioName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1).replace(SUFFIX, "");
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
}

async function walkWorkspace(token: vscode.CancellationToken | undefined): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  let level = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri);
  let budget = MAX_FOLDERS;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const next: vscode.Uri[] = [];
    for (const folder of level) {
      if (budget-- === 0 || token?.isCancellationRequested === true) return found;
      for (const [name, type] of await listFolder(folder)) {
        const uri = vscode.Uri.joinPath(folder, name);
        if ((type & vscode.FileType.File) !== 0 && SUFFIX.test(name)) found.push(uri);
        if (type === vscode.FileType.Directory && !name.startsWith(".") && name !== "node_modules")
          next.push(uri);
      }
    }
    level = next;
  }
  return found;
}

/** A folder that cannot be read holds no scenario for us. */
async function listFolder(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
