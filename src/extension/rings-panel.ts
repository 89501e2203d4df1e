import * as vscode from "vscode";
import type { RingsBody } from "../dap/protocol.ts";
import type { FromRings, ToRings } from "../webview/rings-protocol.ts";
import { ringsTexts } from "./rings-texts.ts";
import type { RunTracker } from "./run-tracker.ts";
import { WebPanel } from "./web-panel.ts";

export interface RingsPanelOptions {
  readonly extensionUri: vscode.Uri;
  readonly runs: RunTracker;
}

/** The virtqueues of the current run, as they are at each stop. */
export class RingsPanel implements vscode.Disposable {
  readonly #runs: RunTracker;
  readonly #panel: WebPanel<ToRings, FromRings>;
  readonly #subscription: vscode.Disposable;

  constructor({ extensionUri, runs }: RingsPanelOptions) {
    this.#runs = runs;
    this.#panel = new WebPanel({
      extensionUri,
      viewType: "balloon.rings",
      title: vscode.l10n.t("Virtqueues"),
      name: "rings",
      texts: ringsTexts,
      receive: (message: FromRings) => {
        if (message.kind === "ready") return void this.#send();
        const why = vscode.l10n.t("The view of the virtqueues failed: {0}", message.message);
        void vscode.window.showErrorMessage(why);
      },
    });
    this.#subscription = runs.onDidChange(({ kind, run }) => {
      if (kind !== "samples" && run === runs.current) void this.#send();
    });
  }

  show(): void {
    this.#panel.show();
  }

  dispose(): void {
    this.#panel.dispose();
    this.#subscription.dispose();
  }

  async #send(): Promise<void> {
    if (!this.#panel.listening) return;
    const run = this.#runs.current;
    if (run === null) {
      this.#panel.send({ kind: "run", run: null });
      return;
    }
    const { session, state, stoppedAt } = run;
    this.#panel.send({
      kind: "run",
      run: { id: session.id, name: session.name, state, stoppedAt },
    });
    if (state !== "stopped") return;
    try {
      const body = (await session.customRequest("balloon/rings")) as RingsBody;
      if (run === this.#runs.current && run.stoppedAt === stoppedAt)
        this.#panel.send({ kind: "rings", body });
    } catch {
      // The session has just ended; what is shown is said to be of the last stop.
    }
  }
}
