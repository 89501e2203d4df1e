import * as vscode from "vscode";
import { fillWebview, type PageSource } from "./fill-webview.ts";

export interface WebViewOptions<FromPage> extends PageSource {
  readonly viewId: string;
  readonly receive: (message: FromPage) => void;
}

/** A page in one of the workbench's views, which the user may move: the bottom panel, a side bar. */
export class WebView<ToPage, FromPage extends { readonly kind: string }>
  implements vscode.Disposable, vscode.WebviewViewProvider
{
  readonly #options: WebViewOptions<FromPage>;
  readonly #registration: vscode.Disposable;
  /** Null while the page loads or is hidden: VS Code would drop what is sent then. */
  #listener: vscode.Webview | null = null;

  constructor(options: WebViewOptions<FromPage>) {
    this.#options = options;
    this.#registration = vscode.window.registerWebviewViewProvider(options.viewId, this);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    webview.onDidReceiveMessage((message: FromPage) => {
      if (message.kind === "ready") this.#listener = webview;
      this.#options.receive(message);
    });
    view.onDidChangeVisibility(() => {
      if (!view.visible) this.#listener = null;
    });
    view.onDidDispose(() => {
      if (this.#listener === webview) this.#listener = null;
    });
    fillWebview(webview, this.#options);
  }

  get listening(): boolean {
    return this.#listener !== null;
  }

  send(message: ToPage): void {
    void this.#listener?.postMessage(message);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
