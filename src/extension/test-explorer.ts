import * as vscode from "vscode";
import type { WorkerPort } from "./adapter-bridge.ts";
import type { CheckScenario } from "./configuration-provider.ts";
import type { RunTracker } from "./run-tracker.ts";
import { findScenarios, isScenario } from "./scenario-files.ts";
import { TestRunner } from "./test-runner.ts";
import { TestTree, type FindTests } from "./test-tree.ts";

/** While somebody types, tests are found again after a pause. */
const QUIET_MS = 400;

export interface TestExplorerOptions {
  readonly findTests: FindTests;
  readonly check: CheckScenario;
  readonly runs: RunTracker;
  readonly startWorker: () => WorkerPort;
}

/** Scenarios in the test view: found, kept up to date, and run from there. */
export class TestExplorer implements vscode.Disposable {
  readonly #tree: TestTree;
  readonly #owned: vscode.Disposable[];
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor({ findTests, ...parts }: TestExplorerOptions) {
    const controller = vscode.tests.createTestController(
      "balloon",
      vscode.l10n.t("Balloon scenarios"),
    );
    this.#tree = new TestTree(controller, findTests);
    const runner = new TestRunner({ ...parts, controller, tree: this.#tree });
    const { Run, Debug } = vscode.TestRunProfileKind;
    controller.createRunProfile(vscode.l10n.t("Run"), Run, runner.run, true);
    controller.createRunProfile(vscode.l10n.t("Debug"), Debug, runner.debug, true);
    controller.resolveHandler = async (item) => {
      if (item === undefined) await this.#findAll();
      else await this.#tree.resolve(item);
    };
    controller.refreshHandler = async (token) => {
      await this.#findAll(token);
      for (const item of this.#tree.scenarios) await this.#tree.resolve(item);
    };
    this.#owned = [controller, ...this.#follow()];
    for (const document of vscode.workspace.textDocuments) this.#opened(document);
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    for (const each of this.#owned) each.dispose();
  }

  /** What happens to files, and what is typed. */
  #follow(): vscode.Disposable[] {
    const { workspace } = vscode;
    const files = workspace.createFileSystemWatcher("**/*.balloon.{yaml,yml}");
    return [
      files,
      files.onDidCreate((uri) => this.#tree.add(uri)),
      files.onDidDelete((uri) => this.#tree.remove(uri)),
      files.onDidChange((uri) => this.#soon(uri)),
      workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      workspace.onDidChangeTextDocument(({ document: { uri } }) => this.#soon(uri)),
      workspace.onDidChangeWorkspaceFolders(() => void this.#findAll()),
    ];
  }

  async #findAll(token?: vscode.CancellationToken): Promise<void> {
    const found = await findScenarios(token);
    const open = vscode.workspace.textDocuments.map(({ uri }) => uri).filter(isTestable);
    const byAddress = new Map([...found, ...open].map((uri) => [uri.toString(), uri]));
    if (token?.isCancellationRequested !== true) this.#tree.show([...byAddress.values()]);
  }

  #opened({ uri }: vscode.TextDocument): void {
    if (!isTestable(uri)) return;
    this.#tree.add(uri);
    this.#soon(uri);
  }

  #soon(uri: vscode.Uri): void {
    const id = uri.toString();
    const item = this.#tree.scenario(uri);
    if (item === undefined) return;
    clearTimeout(this.#waiting.get(id));
    const resolve = (): void => {
      this.#waiting.delete(id);
      void this.#tree.resolve(item);
    };
    this.#waiting.set(id, setTimeout(resolve, QUIET_MS));
  }
}

/** Not one side of a comparison with another version. */
function isTestable(uri: vscode.Uri): boolean {
  return isScenario(uri) && uri.scheme !== "git";
}
