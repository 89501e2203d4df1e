import * as vscode from "vscode";
import type { LessonDebugger, LessonStop } from "../lesson/player.ts";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import { configurationFor } from "./configuration-provider.ts";
import { DEBUG_TYPE } from "./debug-type.ts";
import { breakAtFunction } from "./function-breakpoints.ts";

/** Marks the launch configurations of lessons; VS Code keeps what begins with two underscores. */
const MARK = "__lesson";

export function isLessonSession(session: vscode.DebugSession): boolean {
  return session.configuration[MARK] !== undefined;
}

/** Of any message from the adapter, what matters here. */
interface AdapterMessage {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly body?: unknown;
}

interface Waiting {
  readonly resolve: (stop: LessonStop) => void;
  readonly reject: (why: Error) => void;
}

/** The debug session of a lesson, as VS Code runs it. */
export class LessonSession implements LessonDebugger, vscode.Disposable {
  readonly #scenario: vscode.Uri;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #restarted = new vscode.EventEmitter<void>();
  readonly #owned: vscode.Disposable[];
  #session: vscode.DebugSession | null = null;
  #stop: LessonStop | null = null;
  #waiting: Waiting | null = null;
  /** Of the run that is wanted now; messages of an older one are not heard. */
  #token = 0;

  /** The adapter has described the scenario: once at the start, and after each restart. */
  #described = false;

  /** The session has stopped, runs, or is gone. */
  readonly onDidChange = this.#changed.event;
  /** The user has restarted it, perhaps with another scenario in the file: it is another run. */
  readonly onDidRestart = this.#restarted.event;

  constructor(scenario: vscode.Uri) {
    this.#scenario = scenario;
    this.#owned = [
      this.#changed,
      this.#restarted,
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => this.#track(session),
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session.id === this.#session?.id) this.#lost();
      }),
    ];
  }

  get alive(): boolean {
    return this.#session !== null;
  }

  /** Null while it runs, or when there is no session. */
  get stop(): LessonStop | null {
    return this.#stop;
  }

  async start(kernel: string | null): Promise<LessonStop> {
    const before = this.#session;
    const token = ++this.#token;
    this.#described = false;
    this.#session = null;
    this.#stop = null;
    if (before !== null) await vscode.debug.stopDebugging(before);
    const known = KERNEL_NAMES.find((name) => name === kernel);
    const configuration = {
      ...configurationFor(this.#scenario, known),
      stopOnEntry: true,
      [MARK]: token,
    };
    const folder = vscode.workspace.getWorkspaceFolder(this.#scenario);
    const stopped = this.#nextStop();
    if (!(await vscode.debug.startDebugging(folder, configuration)))
      this.#fail(
        vscode.workspace.isTrusted
          ? vscode.l10n.t("The scenario could not be started.")
          : vscode.l10n.t(
              "VS Code starts no debugger in a workspace that is not trusted. The button asks again.",
            ),
      );
    return stopped;
  }

  async request<Body>(command: string, args: object): Promise<Body> {
    if (this.#session === null) throw new Error(vscode.l10n.t("The run has ended."));
    return (await this.#session.customRequest(command, args)) as Body;
  }

  async resume(command: string, args: object): Promise<LessonStop> {
    const stopped = this.#nextStop();
    try {
      await this.request(command, args);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    return stopped;
  }

  /** Only a stopped run can be moved. */
  async ensureStopped(): Promise<void> {
    if (this.#session !== null && this.#stop === null) await this.resume("pause", { threadId: 0 });
  }

  breakAt(name: string): void {
    breakAtFunction(name);
  }

  /** Ends its session: left there, VS Code would stay with it, and show nothing of the next. */
  dispose(): void {
    if (this.#session !== null) void vscode.debug.stopDebugging(this.#session);
    this.#lost();
    for (const each of this.#owned) each.dispose();
  }

  #track(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    if (session.configuration[MARK] !== this.#token || this.#token === 0) return undefined;
    this.#session = session;
    return { onDidSendMessage: (message: AdapterMessage) => this.#follow(session, message) };
  }

  #follow(session: vscode.DebugSession, { type, event, body }: AdapterMessage): void {
    if (session.id !== this.#session?.id || type !== "event") return;
    if (event === "continued") {
      this.#stop = null;
      this.#changed.fire();
    } else if (event === "balloon/scenario") {
      if (this.#described) this.#restarted.fire();
      this.#described = true;
    } else if (event === "stopped") {
      this.#stop = body as LessonStop;
      this.#waiting?.resolve(this.#stop);
      this.#waiting = null;
      this.#changed.fire();
    }
  }

  #nextStop(): Promise<LessonStop> {
    const stopped = new Promise<LessonStop>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    // Whoever awaits it hears of a failure; until then nobody may.
    stopped.catch(() => {});
    return stopped;
  }

  #fail(why: string): void {
    this.#waiting?.reject(new Error(why));
    this.#waiting = null;
  }

  #lost(): void {
    this.#session = null;
    this.#stop = null;
    this.#fail(vscode.l10n.t("The run has ended."));
    this.#changed.fire();
  }
}
