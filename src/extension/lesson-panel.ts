import * as vscode from "vscode";
import { LessonError, LessonPlayer, type Arrival } from "../lesson/player.ts";
import type { Lesson, LessonProblem } from "../lesson/types.ts";
import type {
  FromLesson,
  LessonProgress,
  LessonRun,
  ToLesson,
} from "../webview/lesson-protocol.ts";
import { lessonName, readLessonFile, scenarioOf } from "./lesson-files.ts";
import { LessonSession } from "./lesson-session.ts";
import { lessonTexts } from "./lesson-texts.ts";
import { WebPanel } from "./web-panel.ts";

export interface LessonPanelOptions {
  readonly context: vscode.ExtensionContext;
  readonly showModelFunction: (name: string) => Promise<void>;
  readonly showChart: () => void;
}

const OPEN_KEY = "balloon.lesson";
const NO_PROGRESS: LessonProgress = { page: 0, answers: {}, found: {} };

/** The lesson that is open, with its own debug session. */
interface Opened {
  readonly uri: vscode.Uri;
  readonly lesson: Lesson;
  readonly session: LessonSession;
  readonly player: LessonPlayer;
  progress: LessonProgress;
  /** Place to which it is on its way. */
  going: number | null;
  place: number | null;
  trouble: LessonRun["trouble"];
}

/** Shows one lesson at a time and takes its debug session to the lesson's places. */
export class LessonPanel implements vscode.Disposable {
  readonly #options: LessonPanelOptions;
  readonly #panel: WebPanel<ToLesson, FromLesson>;
  readonly #owned: vscode.Disposable[];
  readonly #diagnostics = vscode.languages.createDiagnosticCollection("balloon-lesson");
  #uri: vscode.Uri | null = null;
  #opened: Opened | null = null;
  #problems: readonly LessonProblem[] = [];
  #version = 0;

  constructor(options: LessonPanelOptions) {
    this.#options = options;
    this.#panel = new WebPanel({
      extensionUri: options.context.extensionUri,
      viewType: "balloon.lesson",
      title: vscode.l10n.t("Lesson"),
      name: "lesson",
      texts: lessonTexts,
      receive: (message: FromLesson) => void this.#receive(message),
    });
    this.#owned = [
      this.#panel,
      this.#diagnostics,
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.toString() === this.#uri?.toString()) void this.#load(uri);
      }),
    ];
  }

  async open(uri: vscode.Uri): Promise<void> {
    await this.#load(uri);
    // Beside the lesson there has to be room for sources; its own group takes none.
    if (this.#opened !== null) await this.#showScenario(this.#opened);
    this.#panel.show(false);
    await vscode.commands.executeCommand("workbench.action.lockEditorGroup");
    this.#send();
  }

  dispose(): void {
    this.#close();
    for (const each of this.#owned) each.dispose();
  }

  async #load(uri: vscode.Uri): Promise<void> {
    this.#close();
    this.#version++;
    this.#uri = uri;
    await this.#options.context.workspaceState.update(OPEN_KEY, uri.toString());
    const result = await readLessonFile(uri).catch((error: unknown) => unreadable(error));
    this.#problems = result.ok ? [] : result.problems;
    this.#diagnostics.set(uri, this.#problems.map(diagnosticOf));
    if (result.ok) this.#opened = this.#begin(uri, result.lesson);
    this.#send();
  }

  #begin(uri: vscode.Uri, lesson: Lesson): Opened {
    const session = new LessonSession(scenarioOf(uri, lesson.scenario));
    const kept = this.#options.context.globalState.get<LessonProgress>(progressKey(uri));
    const opened: Opened = {
      uri,
      lesson,
      session,
      player: new LessonPlayer(lesson, session, (arrival) => this.#arrived(opened, arrival)),
      progress: kept ?? NO_PROGRESS,
      going: null,
      place: null,
      trouble: null,
    };
    session.onDidChange(() => void this.#follow(opened));
    session.onDidRestart(() => opened.player.ended());
    return opened;
  }

  #close(): void {
    this.#opened?.session.dispose();
    this.#opened = null;
  }

  async #receive(message: FromLesson): Promise<void> {
    try {
      await this.#obey(message);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(why);
    }
  }

  async #obey(message: FromLesson): Promise<void> {
    const opened = this.#opened;
    if (message.kind === "ready") return this.#ready();
    if (message.kind === "line") return this.#showLine(message.line);
    if (message.kind === "failed") throw new Error(message.message);
    if (opened === null) return;
    switch (message.kind) {
      case "page":
        return this.#keep(opened, { page: message.page });
      case "answer": {
        const answers = { ...opened.progress.answers, [message.question]: message.given };
        return this.#keep(opened, { answers });
      }
      case "forget":
        return this.#keep(opened, NO_PROGRESS);
      case "go":
        return this.#go(opened, message.place);
      case "model":
        return this.#options.showModelFunction(message.name);
      case "view":
        return this.#options.showChart();
      case "scenario":
        return this.#showScenario(opened);
    }
  }

  /** After a reload of the window the panel is there before its lesson is. */
  async #ready(): Promise<void> {
    const kept = this.#options.context.workspaceState.get<string>(OPEN_KEY);
    if (this.#uri === null && kept !== undefined) await this.#load(vscode.Uri.parse(kept));
    else this.#send();
  }

  async #go(opened: Opened, place: number): Promise<void> {
    if (opened.going !== null) return;
    opened.going = place;
    opened.trouble = null;
    this.#send();
    try {
      await opened.session.ensureStopped();
      await opened.player.goTo(place);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      opened.trouble = { place: error instanceof LessonError ? error.place : place, message };
    } finally {
      opened.going = null;
      await this.#follow(opened);
    }
  }

  #arrived(opened: Opened, { place, facts }: Arrival): void {
    const name = opened.lesson.places[place]?.name ?? "";
    void this.#keep(opened, { found: { ...opened.progress.found, [name]: facts } });
  }

  async #follow(opened: Opened): Promise<void> {
    if (!opened.session.alive) opened.player.ended();
    if (opened.going === null) {
      const { stop } = opened.session;
      opened.place = stop === null ? null : await opened.player.here().catch(() => null);
    }
    if (opened === this.#opened) this.#send();
  }

  async #keep(opened: Opened, change: Partial<LessonProgress>): Promise<void> {
    opened.progress = { ...opened.progress, ...change };
    this.#send();
    await this.#options.context.globalState.update(progressKey(opened.uri), opened.progress);
  }

  #send(): void {
    const opened = this.#opened;
    if (opened !== null) {
      const { lesson, progress } = opened;
      const version = this.#version;
      this.#panel.send({ kind: "lesson", version, lesson, progress, run: runOf(opened) });
    } else if (this.#uri !== null) {
      const file = lessonName(this.#uri);
      this.#panel.send({ kind: "problems", file, problems: this.#problems });
    } else {
      this.#panel.send({ kind: "nothing" });
    }
  }

  async #showScenario({ uri, lesson }: Opened): Promise<void> {
    try {
      const scenario = scenarioOf(uri, lesson.scenario);
      await vscode.window.showTextDocument(scenario, { viewColumn: vscode.ViewColumn.One });
    } catch {
      const missing = vscode.l10n.t("The lesson's scenario {0} is not there.", lesson.scenario);
      void vscode.window.showErrorMessage(missing);
    }
  }

  async #showLine(line: number): Promise<void> {
    if (this.#uri === null) return;
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.window.showTextDocument(this.#uri, {
      selection,
      viewColumn: vscode.ViewColumn.One,
    });
  }
}

function runOf({ session, going, place, trouble }: Opened): LessonRun {
  if (going !== null) return { state: "going", time: null, place: going, trouble };
  const { stop, alive } = session;
  if (!alive) return { state: "elsewhere", time: null, place: null, trouble };
  if (stop === null) return { state: "running", time: null, place: null, trouble };
  return { state: "stopped", time: stop.virtualTime, place, trouble };
}

function progressKey(uri: vscode.Uri): string {
  return `balloon.lesson:${uri.toString()}`;
}

function unreadable(error: unknown): { ok: false; problems: readonly LessonProblem[] } {
  const why = error instanceof Error ? error.message : String(error);
  const message = vscode.l10n.t("The lesson cannot be read: {0}", why);
  return { ok: false, problems: [{ line: 0, message }] };
}

function diagnosticOf({ line, message }: LessonProblem): vscode.Diagnostic {
  const range = new vscode.Range(line, 0, line, 1000);
  return new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
}
