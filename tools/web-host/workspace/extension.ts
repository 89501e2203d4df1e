/**
 * Gives the embedded editor its workspace: the file system `sample:`, with file and text search.
 * Files live in memory here; every change is also sent to the server, so that it survives a
 * reload of the page.
 */
import * as vscode from "vscode";
import { SampleFiles } from "./sample-files.ts";
import { searchText } from "./search-text.ts";

export function activate(context: vscode.ExtensionContext): void {
  const files = new SampleFiles(new URL("/files", context.extensionUri.toString(true)));
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("sample", files, { isCaseSensitive: true }),
    vscode.workspace.registerFileSearchProvider("sample", {
      // The editor ranks and filters what it gets.
      provideFileSearchResults: async () => (await files.all()).map(({ uri }) => uri),
    }),
    vscode.workspace.registerTextSearchProvider("sample", {
      provideTextSearchResults: async (query, { maxResults }, progress) => {
        const found = searchText(await files.all(), query, maxResults);
        for (const match of found.slice(0, maxResults)) progress.report(match);
        return { limitHit: found.length > maxResults };
      },
    }),
  );
}
