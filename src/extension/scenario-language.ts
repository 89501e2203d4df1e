import * as vscode from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import {
  CHECK,
  MODEL_FUNCTIONS,
  TESTS,
  type ClientOptions,
  type ModelFunction,
  type ScenarioTests,
  type TestsQuestion,
} from "../lsp/protocol.ts";
import type { ModelSources } from "./model-sources.ts";
import { LANGUAGE } from "./scenario-files.ts";

/** Makes the client, which is not started yet; the two entries differ in what the server runs in. */
export type CreateClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>;

export type FixedAxes = Pick<TestsQuestion, "kernel" | "seed">;

/** A mistake that keeps a scenario from running. Lines and columns count from zero. */
export interface Problem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Of its output channel. */
export const SERVER_NAME = "Balloon Scenarios";

/** A launch does not wait longer: the debug adapter finds the same mistakes, only later. */
const PATIENCE_MS = 3000;

/** The language server, as the rest of the extension sees it. */
export class ScenarioLanguage implements vscode.Disposable {
  readonly #client: Promise<BaseLanguageClient | null>;

  constructor(create: CreateClient, sources: ModelSources) {
    this.#client = this.#start(create, sources);
  }

  /** Shows what is wrong in `text` at `uri`, and returns the errors: with any, it cannot run. */
  async check(uri: vscode.Uri, text: string): Promise<readonly Problem[]> {
    const late = new Promise<readonly Problem[]>((resolve) =>
      setTimeout(() => resolve([]), PATIENCE_MS),
    );
    return Promise.race([this.#ask(uri, text).catch(() => []), late]);
  }

  /** What of `text` is a test; null when the server is not there to ask. */
  async tests(uri: vscode.Uri, text: string, fixed: FixedAxes = {}): Promise<ScenarioTests | null> {
    const client = await this.#client;
    if (client === null) return null;
    const question: TestsQuestion = { uri: uri.toString(), text, ...fixed };
    return client.sendRequest<ScenarioTests>(TESTS, question);
  }

  /** Names of the variants of a scenario's matrix; none as well when nobody can say. */
  async variants(uri: vscode.Uri, text: string, fixed?: FixedAxes): Promise<readonly string[]> {
    const tests = await this.tests(uri, text, fixed).catch(() => null);
    return (tests?.variants ?? []).map(({ text: name }) => name);
  }

  dispose(): void {
    void this.#client.then((client) => client?.dispose());
  }

  async #start(create: CreateClient, sources: ModelSources): Promise<BaseLanguageClient | null> {
    const initializationOptions: ClientOptions = { commands: true, modelSources: true };
    try {
      const client = await create({
        documentSelector: [{ language: LANGUAGE }],
        initializationOptions,
        diagnosticCollectionName: "balloon",
      });
      client.onRequest(MODEL_FUNCTIONS, ({ name }: { readonly name: string }) =>
        findFunctions(sources, name),
      );
      await client.start();
      return client;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(
        vscode.l10n.t("The language server for scenarios did not start: {0}", why),
      );
      return null;
    }
  }

  async #ask(uri: vscode.Uri, text: string): Promise<readonly Problem[]> {
    const client = await this.#client;
    if (client === null) return [];
    const found = await client.sendRequest<readonly Found[]>(CHECK, { uri: uri.toString(), text });
    return found
      .filter(({ severity }) => severity === ERROR)
      .map(({ message, range: { start } }) => ({
        message,
        line: start.line,
        column: start.character,
      }));
  }
}

/** As much of the protocol's diagnostic as is looked at here. */
interface Found {
  readonly severity: number;
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

const ERROR = 1;

async function findFunctions(sources: ModelSources, name: string): Promise<ModelFunction[]> {
  return (await sources.files()).flatMap(({ path, functions }) =>
    functions
      .filter((each) => each.name === name)
      .map(({ line, doc }) => ({ name, path, line, doc })),
  );
}
