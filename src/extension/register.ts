import * as vscode from "vscode";
import { AdapterBridge, type WorkerPort } from "./adapter-bridge.ts";
import { ChartPanel } from "./chart-panel.ts";
import {
  ConfigurationProvider,
  DynamicConfigurationProvider,
  type CheckScenario,
  type FindVariants,
} from "./configuration-provider.ts";
import { copySamples } from "./copy-samples.ts";
import { DEBUG_TYPE } from "./debug-type.ts";
import { keepInSight } from "./in-sight.ts";
import { registerValues } from "./inline-values.ts";
import * as errors from "./launch-errors.ts";
import { registerLinuxTree } from "./linux-tree.ts";
import { MapPanel } from "./map-panel.ts";
import { MarkCommands } from "./mark-commands.ts";
import { isLessonSession } from "./lesson-session.ts";
import { pickLesson } from "./lesson-files.ts";
import { LessonPanel } from "./lesson-panel.ts";
import { registerModelSources, showModelFunction, type ModelSources } from "./model-sources.ts";
import { ModelTree } from "./model-tree.ts";
import { RingsPanel } from "./rings-panel.ts";
import { RunTracker } from "./run-tracker.ts";
import { ScenarioCommands } from "./scenario-commands.ts";
import { locate, readScenario, uriOf, type Given } from "./scenario-files.ts";
import { ScenarioLanguage, type CreateClient } from "./scenario-language.ts";
import { Seeking } from "./seeking.ts";
import { StatusBar } from "./status-bar.ts";
import { TestExplorer } from "./test-explorer.ts";

/** What the two entries differ in: how the adapter's worker and the language server are started. */
export interface Entry {
  readonly startWorker: () => WorkerPort;
  readonly createClient: CreateClient;
}

/** Everything that both entries share. */
export function register(
  context: vscode.ExtensionContext,
  { startWorker, createClient }: Entry,
): void {
  const runs = new RunTracker();
  context.subscriptions.push(runs);
  const sources = registerModelSources(context);
  registerLinuxTree(context, runs);
  const language = new ScenarioLanguage(createClient, sources);
  context.subscriptions.push(language);
  const findVariants: FindVariants = (uri, text, fixed) => language.variants(uri, text, fixed);
  registerDebugger(context, startWorker, {
    check: (uri, text) => language.check(uri, text),
    findVariants,
  });
  registerViews(context, runs, startWorker);
  const { extensionUri } = context;
  context.subscriptions.push(
    new ScenarioCommands({ extensionUri, runs, startWorker, findVariants }),
    registerValues(),
    new ModelTree(sources),
    new TestExplorer({
      findTests: (uri, text) => language.tests(uri, text),
      check: (uri, text) => language.check(uri, text),
      runs,
      startWorker,
    }),
  );
  registerLessons(context, sources);
}

function registerDebugger(
  context: vscode.ExtensionContext,
  startWorker: () => WorkerPort,
  ask: { readonly check: CheckScenario; readonly findVariants: FindVariants },
): void {
  const { debug, DebugConfigurationProviderTriggerKind } = vscode;
  const configurations = new ConfigurationProvider(ask.check, ask.findVariants);
  context.subscriptions.push(
    debug.registerDebugConfigurationProvider(DEBUG_TYPE, configurations),
    debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      new DynamicConfigurationProvider(),
      DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    debug.registerDebugAdapterDescriptorFactory(DEBUG_TYPE, {
      createDebugAdapterDescriptor: (session) => {
        const bridge = new AdapterBridge(startWorker(), {
          readScenario: (program) => readProgram(program, session.workspaceFolder),
          onCrash: (why) => void vscode.window.showErrorMessage(errors.adapterCrashed(why)),
        });
        return new vscode.DebugAdapterInlineImplementation(bridge);
      },
    }),
  );
}

function registerViews(
  context: vscode.ExtensionContext,
  runs: RunTracker,
  startWorker: () => WorkerPort,
): void {
  const { extensionUri } = context;
  const seeking = new Seeking(runs);
  const chart = new ChartPanel({ extensionUri, runs, seeking, startWorker });
  const map = new MapPanel({ extensionUri, runs, seeking });
  const rings = new RingsPanel({ extensionUri, runs });
  context.subscriptions.push(
    seeking,
    chart,
    map,
    rings,
    new StatusBar(runs),
    keepInSight(runs),
    new MarkCommands(runs, context.extension.id),
    vscode.commands.registerCommand("balloon.showChart", () => chart.show()),
    vscode.commands.registerCommand("balloon.showPageMap", () => map.show()),
    vscode.commands.registerCommand("balloon.showRings", () => rings.show()),
    vscode.debug.onDidStartDebugSession((session) => {
      const wanted = vscode.workspace
        .getConfiguration("balloon.chart")
        .get<boolean>("openOnStart", true);
      // A lesson has the place beside the source, and links to the chart when it wants it.
      if (session.type === DEBUG_TYPE && wanted && !chart.isInView && !isLessonSession(session))
        void showBesideSource(session, chart);
    }),
  );
}

/** Beside nothing, the chart would take the place where sources come, and be covered by them. */
async function showBesideSource(session: vscode.DebugSession, chart: ChartPanel): Promise<void> {
  const { visibleTextEditors, showTextDocument } = vscode.window;
  const program: unknown = session.configuration["program"];
  if (visibleTextEditors.length === 0 && typeof program === "string") {
    const scenario = locate(program, session.workspaceFolder);
    await showTextDocument(scenario).then(undefined, () => {});
  }
  chart.show();
}

function registerLessons(context: vscode.ExtensionContext, sources: ModelSources): void {
  const lessons = new LessonPanel({
    context,
    showModelFunction: (name) => showModelFunction(sources, name),
    showChart: () => void vscode.commands.executeCommand("balloon.showChart"),
  });
  context.subscriptions.push(
    lessons,
    vscode.commands.registerCommand("balloon.copySamples", () => copySamples(context.extensionUri)),
    vscode.commands.registerCommand("balloon.openLesson", async (given?: Given) => {
      const lesson = uriOf(given) ?? (await pickLesson(context.extensionUri));
      if (lesson !== null) await lessons.open(lesson);
    }),
  );
}

async function readProgram(
  program: string,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<string> {
  try {
    return await readScenario(locate(program, folder));
  } catch (error) {
    throw new Error(
      errors.cannotRead(program, error instanceof Error ? error.message : String(error)),
    );
  }
}
