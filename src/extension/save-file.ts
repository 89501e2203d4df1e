import * as vscode from "vscode";

/** Asks for a place and writes there; nothing when the user thinks better of it. */
export async function saveFile(
  suggestion: string,
  kind: { readonly label: string; readonly extension: string },
  content: Uint8Array,
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${suggestion.replace(/[^\w.-]+/g, "-")}.${kind.extension}`;
  const target = await vscode.window.showSaveDialog({
    filters: { [kind.label]: [kind.extension] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target !== undefined) await vscode.workspace.fs.writeFile(target, content);
}

export function bytesOfBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
