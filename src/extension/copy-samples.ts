import * as vscode from "vscode";
import { SAMPLE_FILES } from "./sample-files.ts";

/** Made in the folder that the user chooses, so that nothing there is in the way. */
const FOLDER = "balloon-samples";

/** Copies scenarios and lessons to a folder of the user's, and offers to open it. */
export async function copySamples(extensionUri: vscode.Uri): Promise<void> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t("Copy the Samples Here"),
    })) ?? [];
  if (parent === undefined) return;
  const target = vscode.Uri.joinPath(parent, FOLDER);
  if (await exists(target)) {
    const taken = vscode.l10n.t("There is a folder {0} already. Choose another place.", FOLDER);
    void vscode.window.showErrorMessage(taken);
    return;
  }
  await copySamplesTo(extensionUri, target);
  const open = vscode.l10n.t("Open the Folder");
  const copied = vscode.l10n.t("{0} files are in {1}.", SAMPLE_FILES.length, FOLDER);
  if ((await vscode.window.showInformationMessage(copied, open)) === open)
    await vscode.commands.executeCommand("vscode.openFolder", target);
}

export async function copySamplesTo(extensionUri: vscode.Uri, target: vscode.Uri): Promise<void> {
  for (const path of SAMPLE_FILES) {
    // Read and written, not copied: in the browser the two are different file systems.
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, path));
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, path), bytes);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
