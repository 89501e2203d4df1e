import * as vscode from "vscode";
import type { SeekArguments } from "../dap/protocol.ts";
import type { Run, RunTracker } from "./run-tracker.ts";

/** Takes a run to another time: stops it first when it runs, since only a stopped one can be moved. */
export class Seeking implements vscode.Disposable {
  readonly #owned: vscode.Disposable;
  /** Where to go once the run has stopped. */
  #pending: { readonly run: Run; readonly target: SeekArguments } | null = null;

  constructor(runs: RunTracker) {
    this.#owned = runs.onDidChange(({ kind, run }) => {
      if (kind !== "state" || this.#pending?.run !== run || run.state === "running") return;
      const { target } = this.#pending;
      this.#pending = null;
      if (run.state === "stopped") void this.#request(run, target);
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async seek(run: Run, target: SeekArguments): Promise<void> {
    if (run.state === "finished") {
      const ended = vscode.l10n.t("This run has ended. Start it again to move in it.");
      void vscode.window.showInformationMessage(ended);
    } else if (run.state === "stopped") {
      await this.#request(run, target);
    } else {
      this.#pending = { run, target };
      await this.#ask(run, "pause", { threadId: 0 });
    }
  }

  async #request(run: Run, target: SeekArguments): Promise<void> {
    await this.#ask(run, "balloon/seek", target);
  }

  async #ask(run: Run, command: string, args: object): Promise<void> {
    try {
      await run.session.customRequest(command, args);
    } catch (error) {
      this.#pending = null;
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(vscode.l10n.t("Going to that time failed: {0}", why));
    }
  }
}
