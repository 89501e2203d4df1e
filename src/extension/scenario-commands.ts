import * as vscode from "vscode";
import type { WorkerPort } from "./adapter-bridge.ts";
import { runsOfMatrix, runsOfScenario, runsOnKernels } from "./compare-kernels.ts";
import { ComparisonPanel, type WantedRuns } from "./comparison-panel.ts";
import {
  asWritten,
  configurationFor,
  pickScenario,
  type FindVariants,
} from "./configuration-provider.ts";
import * as errors from "./launch-errors.ts";
import type { RunTracker } from "./run-tracker.ts";
import { activeScenario, programOf, uriOf, type Given } from "./scenario-files.ts";

type RunsOf = (uri: vscode.Uri, findVariants: FindVariants) => Promise<WantedRuns | null>;

export interface ScenarioCommandsOptions {
  readonly extensionUri: vscode.Uri;
  readonly runs: RunTracker;
  readonly startWorker: () => WorkerPort;
  readonly findVariants: FindVariants;
}

/** What lenses, menus and keys do with a scenario: debug it, run it, compare runs of it. */
export class ScenarioCommands implements vscode.Disposable {
  readonly #options: ScenarioCommandsOptions;
  readonly #comparison: ComparisonPanel;
  readonly #owned: vscode.Disposable;

  constructor(options: ScenarioCommandsOptions) {
    this.#options = options;
    this.#comparison = new ComparisonPanel(options);
    const { registerCommand } = vscode.commands;
    this.#owned = vscode.Disposable.from(
      this.#comparison,
      registerCommand("balloon.debugScenario", (given: Given) => this.#start(given, false)),
      registerCommand("balloon.runScenario", (given: Given) => this.#start(given, true)),
      // Stands behind `${command:PickScenario}` in a launch.json; undefined cancels the launch.
      registerCommand("balloon.pickScenario", async () => {
        const scenario = await pickScenario();
        return scenario === null ? undefined : programOf(scenario);
      }),
      registerCommand("balloon.compareKernels", (given: Given) =>
        this.#compare(given, runsOnKernels),
      ),
      registerCommand("balloon.compareVariants", (given: Given) =>
        this.#compare(given, runsOfMatrix),
      ),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #start(given: Given, noDebug: boolean): Promise<void> {
    const scenario = uriOf(given) ?? activeScenario();
    const again = scenario === null ? this.#options.runs.current?.session : undefined;
    if (again !== undefined) {
      // From a model source, F5 means what ran last, on the same kernel.
      await vscode.debug.startDebugging(again.workspaceFolder, asWritten(again.configuration), {
        noDebug,
      });
      return;
    }
    const picked = scenario ?? (await pickScenario());
    if (picked === null) return;
    // VS Code starts no session in a workspace that is not trusted; a run does without one.
    if (noDebug && !vscode.workspace.isTrusted) return this.#compare(picked, runsOfScenario);
    const folder = vscode.workspace.getWorkspaceFolder(picked);
    const configuration = configurationFor(picked);
    const hasStarted = await vscode.debug.startDebugging(folder, configuration, { noDebug });
    if (!hasStarted && !vscode.workspace.isTrusted) await this.#offerRun(picked);
  }

  async #offerRun(scenario: vscode.Uri): Promise<void> {
    const run = vscode.l10n.t("Run Without the Debugger");
    const chosen = await vscode.window.showInformationMessage(errors.notTrusted(), run);
    if (chosen === run) await this.#compare(scenario, runsOfScenario);
  }

  async #compare(given: Given, runsOf: RunsOf): Promise<void> {
    const scenario = uriOf(given) ?? activeScenario() ?? (await pickScenario());
    if (scenario === null) return;
    const wanted = await runsOf(scenario, this.#options.findVariants);
    if (wanted !== null) await this.#comparison.compare(wanted);
  }
}
