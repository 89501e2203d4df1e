import type { Webview } from "vscode";
import * as vscode from "vscode";
import { makeNonce, panelPage } from "./panel-page.ts";

export interface PageSource {
  readonly extensionUri: vscode.Uri;
  /** Names the page's script and style in `dist`, and its root element. */
  readonly name: string;
  readonly title: string;
  readonly texts: () => object;
}

/** Loads a page of ours into a webview, be it an editor's or a view's. */
export function fillWebview(
  webview: Webview,
  { extensionUri, name, title, texts }: PageSource,
): void {
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  const address = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
  webview.html = panelPage({
    source: webview.cspSource,
    nonce: makeNonce(),
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    language: vscode.env.language,
    title,
    root: name,
    texts: texts(),
  });
}
