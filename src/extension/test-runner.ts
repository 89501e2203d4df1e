import * as vscode from "vscode";
import type { ResultBody } from "../dap/protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { runInBackground } from "./background-run.ts";
import { configurationFor, type CheckScenario } from "./configuration-provider.ts";
import type { Run, RunTracker } from "./run-tracker.ts";
import { programOf } from "./scenario-files.ts";
import { planRuns, type PlannedRun } from "./test-plan.ts";
import { leavesOf, reportError, reportResult } from "./test-results.ts";
import type { TestTree } from "./test-tree.ts";

/** In the configuration of a session that a test has started: tells it from all others. */
export const TEST_MARK = "__balloonTest";

export interface TestRunnerParts {
  readonly controller: vscode.TestController;
  readonly tree: TestTree;
  readonly runs: RunTracker;
  readonly check: CheckScenario;
  readonly startWorker: () => WorkerPort;
}

/** How a run is made: its result, or null when it was ended before there was one. */
type MakeRun = (
  planned: PlannedRun,
  testRun: vscode.TestRun,
  token: vscode.CancellationToken,
) => Promise<ResultBody | null>;

/** Runs tests: each scenario in a worker of its own, or under the debugger. */
export class TestRunner {
  readonly #parts: TestRunnerParts;
  #sessions = 0;

  constructor(parts: TestRunnerParts) {
    this.#parts = parts;
  }

  readonly run = (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> =>
    this.#each(request, token, this.#inBackground);

  readonly debug = (
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
  ): Promise<void> => this.#each(request, token, this.#underDebugger);

  async #each(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    make: MakeRun,
  ): Promise<void> {
    const { controller, tree } = this.#parts;
    const testRun = controller.createTestRun(request);
    try {
      const { runs, unreadable } = await planRuns(request, tree);
      for (const item of unreadable)
        testRun.errored(item, new vscode.TestMessage(item.error ?? item.label));
      for (const planned of runs) for (const leaf of leavesOf(planned)) testRun.enqueued(leaf);
      // One after the other: a scenario of 64 GiB takes a processor and hundreds of megabytes.
      for (const planned of runs) await this.#one(planned, testRun, token, make);
    } finally {
      testRun.end();
    }
  }

  async #one(
    planned: PlannedRun,
    testRun: vscode.TestRun,
    token: vscode.CancellationToken,
    make: MakeRun,
  ): Promise<void> {
    const skip = (): void => {
      for (const leaf of leavesOf(planned)) testRun.skipped(leaf);
    };
    if (token.isCancellationRequested) return skip();
    const [problem] = await this.#parts.check(planned.uri, planned.text);
    if (problem !== undefined) {
      const at = new vscode.Position(problem.line, problem.column);
      return reportError(planned, problem.message, testRun, at);
    }
    for (const leaf of leavesOf(planned)) testRun.started(leaf);
    try {
      const result = await make(planned, testRun, token);
      if (result === null) skip();
      else reportResult(planned, result, this.#parts.tree, testRun);
    } catch (error) {
      if (token.isCancellationRequested) return skip();
      reportError(planned, error instanceof Error ? error.message : String(error), testRun);
    }
  }

  readonly #inBackground: MakeRun = async ({ uri, text, variant, item }, testRun, token) => {
    const background = runInBackground(
      this.#parts.startWorker(),
      { program: programOf(uri), text, ...(variant === null ? {} : { variant }) },
      (output) => testRun.appendOutput(output.replace(/\r?\n/g, "\r\n"), undefined, item),
    );
    const cancelling = token.onCancellationRequested(() => background.cancel());
    try {
      return (await background.ended).result;
    } finally {
      cancelling.dispose();
    }
  };

  readonly #underDebugger: MakeRun = async ({ uri, variant }, testRun, token) => {
    const mark = ++this.#sessions;
    const ended = this.#sessionEnd(mark, token);
    try {
      const hasStarted = await vscode.debug.startDebugging(
        vscode.workspace.getWorkspaceFolder(uri),
        {
          ...configurationFor(uri),
          ...(variant === null ? {} : { name: variant, variant }),
          [TEST_MARK]: mark,
        },
        { testRun },
      );
      return hasStarted ? await ended.run.then(({ result }) => result) : null;
    } finally {
      ended.dispose();
    }
  };

  /** The run of the session with this mark, once that has ended; cancelling ends it. */
  #sessionEnd(
    mark: number,
    token: vscode.CancellationToken,
  ): { readonly run: Promise<Run>; dispose(): void } {
    let own: Run | null = null;
    let give: (run: Run) => void = () => {};
    const run = new Promise<Run>((resolve) => (give = resolve));
    const following = this.#parts.runs.onDidChange((change) => {
      if (change.run.session.configuration[TEST_MARK] !== mark) return;
      own = change.run;
      if (own.state === "finished") give(own);
    });
    const cancelling = token.onCancellationRequested(() => {
      if (own !== null) void vscode.debug.stopDebugging(own.session);
    });
    return {
      run,
      dispose: () => {
        following.dispose();
        cancelling.dispose();
      },
    };
  }
}
