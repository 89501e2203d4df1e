import * as vscode from "vscode";
import { PAGE_SIZE } from "../base/units.ts";
import type {
  HistoryArguments,
  HistoryBody,
  PageMapArguments,
  PageMapBody,
} from "../dap/protocol.ts";
import type { FromMap, MapRun, ToMap } from "../webview/map-protocol.ts";
import { mapTexts } from "./map-texts.ts";
import { firstPageIn, pageDetails, pageExpression } from "./page-details.ts";
import type { Run, RunChange, RunTracker } from "./run-tracker.ts";
import type { Seeking } from "./seeking.ts";
import { WebPanel } from "./web-panel.ts";

export interface MapPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly runs: RunTracker;
  readonly seeking: Seeking;
}

type View = Extract<FromMap, { readonly kind: "view" }>;

/** While the guest runs: at most so often, and for at most this share of its time. */
const LIVE_EVERY_MS = 200;
const LIVE_SHARE = 1 / 30;
/** Of each tile, while the guest runs. */
const LIVE_PAGES_PER_TILE = 16;
const HISTORY_LENGTH = 12;

/** The page map: asks the adapter for pictures of the current run's memory as long as it is seen. */
export class MapPanel implements vscode.Disposable {
  readonly #options: MapPanelOptions;
  readonly #panel: WebPanel<ToMap, FromMap>;
  readonly #owned: vscode.Disposable[];
  #view: View | null = null;
  /** The page whose details are shown. */
  #page: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The guest goes back and forth by itself; pictures of that would only confuse. */
  #lookingBack = false;
  /** Answers to an older question are thrown away. */
  #question = 0;

  constructor(options: MapPanelOptions) {
    this.#options = options;
    this.#panel = new WebPanel({
      extensionUri: options.extensionUri,
      viewType: "balloon.pageMap",
      title: vscode.l10n.t("Balloon Page Map"),
      name: "page-map",
      texts: mapTexts,
      receive: (message: FromMap) => void this.#receive(message),
      onVisible: (visible) => {
        if (!visible) this.#stopAsking();
      },
    });
    this.#owned = [
      this.#panel,
      options.runs.onDidChange((change) => this.#follow(change)),
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (event === "balloon/history" && session.id === options.runs.current?.session.id)
          this.#tellHistory(body as HistoryBody);
      }),
    ];
  }

  show(): void {
    this.#panel.show();
  }

  dispose(): void {
    this.#stopAsking();
    for (const each of this.#owned) each.dispose();
  }

  async #receive(message: FromMap): Promise<void> {
    const { runs, seeking } = this.#options;
    const run = runs.current;
    switch (message.kind) {
      case "ready":
        this.#view = null;
        this.#page = null;
        return this.#sendRun();
      case "view":
        this.#view = message;
        return this.#ask();
      case "open":
        if (run !== null) await this.#open(run, message);
        return;
      case "watch": {
        const variable = { evaluateName: pageExpression(message.pfn) };
        await vscode.commands.executeCommand("debug.addToWatchExpressions", { variable });
        return;
      }
      case "history":
        if (run !== null) await this.#lookBack(run, message.pfn);
        return;
      case "jump":
        if (run !== null) await seeking.seek(run, { mark: message.mark });
        return;
      case "failed":
        void vscode.window.showErrorMessage(
          vscode.l10n.t("The page map failed: {0}", message.message),
        );
    }
  }

  #follow({ kind, run }: RunChange): void {
    if (kind === "samples" || run !== this.#options.runs.current) return;
    if (kind === "current") {
      this.#page = null;
      this.#lookingBack = false;
    }
    this.#sendRun();
    this.#ask();
  }

  #sendRun(): void {
    const { current } = this.#options.runs;
    this.#panel.send({ kind: "run", run: current === null ? null : mapRun(current) });
  }

  /** Asks for a picture now, and while the guest runs again and again. */
  #ask(): void {
    this.#stopAsking();
    const run = this.#options.runs.current;
    if (run === null || this.#view === null || !this.#panel.listening || this.#lookingBack) return;
    if (run.state === "running" || run.state === "stopped") void this.#askFor(run, this.#view);
  }

  #stopAsking(): void {
    this.#question++;
    clearTimeout(this.#timer);
  }

  async #askFor(run: Run, view: View): Promise<void> {
    const question = this.#question;
    const live = run.state === "running";
    const begun = performance.now();
    const map = await pictureOf(run, {
      resolution: view.resolution,
      ...view.range,
      ...(live ? { perTile: LIVE_PAGES_PER_TILE } : {}),
    });
    if (question !== this.#question) return;
    if (map !== null) this.#panel.send({ kind: "map", map });
    if (this.#page !== null) await this.#sendPage(run, this.#page);
    if (question !== this.#question || run.state !== "running") return;
    const took = performance.now() - begun;
    this.#timer = setTimeout(() => this.#ask(), Math.max(LIVE_EVERY_MS, took / LIVE_SHARE));
  }

  async #open(run: Run, { range, state }: Extract<FromMap, { kind: "open" }>): Promise<void> {
    const tile =
      range.count === 1 ? null : await pictureOf(run, { ...range, resolution: range.count });
    this.#page = tile === null ? range.first : firstPageIn(tile, state);
    await this.#sendPage(run, this.#page);
  }

  async #sendPage(run: Run, pfn: number): Promise<void> {
    const page = await pageDetails(run, pfn);
    if (page !== null && this.#page === pfn) this.#panel.send({ kind: "page", page });
  }

  async #lookBack(run: Run, pfn: number): Promise<void> {
    if (run.state !== "stopped") return;
    this.#panel.send({ kind: "history", pfn, changes: null });
    this.#lookingBack = true;
    try {
      const args: HistoryArguments = { dataId: pageDataId(pfn), limit: HISTORY_LENGTH };
      await run.session.customRequest("balloon/history", args);
    } catch (error) {
      this.#lookingBack = false;
      this.#panel.send({ kind: "history", pfn, changes: [] });
      const message = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(message);
    }
  }

  #tellHistory({ dataId, changes }: HistoryBody): void {
    this.#lookingBack = false;
    if (this.#page === null || dataId !== pageDataId(this.#page)) return;
    this.#panel.send({ kind: "history", pfn: this.#page, changes });
    this.#ask();
  }
}

function mapRun({ session, state, stoppedAt, outline }: Run): MapRun {
  const { id, name } = session;
  const guestPages = outline === null ? null : (outline.guestPages * PAGE_SIZE) / outline.pageBytes;
  return { id, name, state, stoppedAt, guestPages };
}

function pageDataId(pfn: number): string {
  return JSON.stringify(["page", pfn]);
}

/** Null when the guest has just gone, or is busy with something else. */
async function pictureOf(run: Run, args: PageMapArguments): Promise<PageMapBody | null> {
  try {
    return (await run.session.customRequest("balloon/pageMap", args)) as PageMapBody;
  } catch {
    return null;
  }
}
