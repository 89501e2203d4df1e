import * as vscode from "vscode";
import { fillWebview } from "./fill-webview.ts";

export interface WebPanelOptions<FromPage> {
  readonly extensionUri: vscode.Uri;
  readonly viewType: string;
  readonly title: string;
  /** Names the page's script and style in `dist`, its root element, and its icon in `media`. */
  readonly name: string;
  readonly texts: () => object;
  readonly receive: (message: FromPage) => void;
  /** The panel came into view, went out of it, or was closed. */
  readonly onVisible?: (visible: boolean) => void;
}

/** A panel of which there is one at most; it comes back when the window is reloaded. */
export class WebPanel<ToPage, FromPage extends { readonly kind: string }>
  implements vscode.Disposable, vscode.WebviewPanelSerializer
{
  readonly #options: WebPanelOptions<FromPage>;
  readonly #registration: vscode.Disposable;
  #panel: vscode.WebviewPanel | null = null;
  /** False while the page loads or is hidden: VS Code would drop what is sent then. */
  #listening = false;

  constructor(options: WebPanelOptions<FromPage>) {
    this.#options = options;
    this.#registration = vscode.window.registerWebviewPanelSerializer(options.viewType, this);
  }

  get listening(): boolean {
    return this.#listening;
  }

  /**
   * Opens the panel beside the source, where the others of ours are, or shows it where it is; takes
   * the focus only when told to.
   */
  show(preserveFocus = true): void {
    if (this.#panel !== null) {
      this.#panel.reveal(undefined, preserveFocus);
      return;
    }
    const { viewType, title } = this.#options;
    const leftOver = tabsOf(viewType);
    const place = { viewColumn: columnOfPanels() ?? vscode.ViewColumn.Beside, preserveFocus };
    this.#adopt(vscode.window.createWebviewPanel(viewType, title, place));
    void vscode.window.tabGroups.close(leftOver);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
    return Promise.resolve();
  }

  /** Dropped when nobody listens: whoever shows the page again asks for everything. */
  send(message: ToPage): void {
    if (this.#listening) void this.#panel?.webview.postMessage(message);
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#registration.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri, name, texts } = this.#options;
    this.#panel?.dispose();
    this.#panel = panel;
    this.#setListening(false);
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(extensionUri, "media", `${name}-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.onDidReceiveMessage((message: FromPage) => {
      if (message.kind === "ready") this.#setListening(true);
      this.#options.receive(message);
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#setListening(false);
    });
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = null;
      this.#setListening(false);
    });
    fillWebview(panel.webview, { extensionUri, name, texts, title: panel.title });
  }

  #setListening(listening: boolean): void {
    if (this.#listening === listening) return;
    this.#listening = listening;
    this.#options.onVisible?.(listening);
  }
}

/** After a reload, of a panel that was behind another: VS Code gives it back once it is looked at. */
function tabsOf(viewType: string): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => viewTypeOf(input).endsWith(`-${viewType}`));
}

/** All but the lesson, which is read while the others change. */
const PANELS = /\bballoon\.(chart|pageMap|rings|comparison)$/;

/**
 * Their group is locked, so that a source which a click in them leads to does not cover them; to VS
 * Code, "beside" is never a locked group.
 */
function columnOfPanels(): vscode.ViewColumn | undefined {
  const { all } = vscode.window.tabGroups;
  const isPanel = ({ input }: vscode.Tab): boolean => PANELS.test(viewTypeOf(input));
  return all.find(({ tabs }) => tabs.some(isPanel))?.viewColumn;
}

/** As tabs have it, with a word of VS Code's before ours; "" when it is no panel's. */
function viewTypeOf(input: unknown): string {
  return input instanceof vscode.TabInputWebview ? input.viewType : "";
}
