import * as vscode from "vscode";
import { SampleColumns } from "../base/sample-columns.ts";
import type { SamplesBody } from "../dap/protocol.ts";
import { CHART_SAMPLES, type ChartRun, type RunState } from "../webview/protocol.ts";
import { DEBUG_TYPE } from "./configuration-provider.ts";

/** What is known of one debug session: kept here, since a hidden panel and a closed one lose it. */
export interface Run {
  readonly session: vscode.DebugSession;
  readonly samples: SampleColumns;
  state: RunState;
}

/** The run as the chart is told about it. */
export function chartRun(run: Run): ChartRun {
  const stoppedAt = run.state === "stopped" ? virtualTime(run) : null;
  return { name: run.session.name, state: run.state, stoppedAt };
}

/** Virtual time in ns of the newest sample; one is taken at every stop. Null before the first. */
export function virtualTime(run: Run): number | null {
  return run.samples.times.at(-1) ?? null;
}

export type RunChange =
  | { readonly kind: "samples"; readonly run: Run; readonly batch: SamplesBody }
  | { readonly kind: "state"; readonly run: Run }
  /** Another run is the one to show now. */
  | { readonly kind: "current"; readonly run: Run };

/** Follows the balloon sessions of this window; `current` is the one that views show. */
export class RunTracker implements vscode.Disposable {
  readonly #runs = new Map<string, Run>();
  readonly #changed = new vscode.EventEmitter<RunChange>();
  readonly #owned: vscode.Disposable[];
  readonly onDidChange = this.#changed.event;
  #current: Run | null = null;

  constructor() {
    const { debug } = vscode;
    this.#owned = [
      this.#changed,
      debug.onDidStartDebugSession((session) => this.#started(session)),
      debug.onDidTerminateDebugSession((session) => this.#ended(session)),
      debug.onDidChangeActiveDebugSession((session) => this.#activated(session)),
      debug.onDidReceiveDebugSessionCustomEvent((event) => this.#received(event)),
      debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => ({
          onDidSendMessage: (message: { type?: unknown; event?: unknown }) => {
            if (message.type === "event") this.#adapterEvent(session, message.event);
          },
        }),
      }),
    ];
  }

  /** The newest or active session, ended ones included; null before the first. */
  get current(): Run | null {
    return this.#current;
  }

  dispose(): void {
    for (const each of this.#owned) each.dispose();
  }

  #started(session: vscode.DebugSession): void {
    if (session.type === DEBUG_TYPE) this.#makeCurrent(this.#runOf(session));
  }

  #activated(session: vscode.DebugSession | undefined): void {
    if (session?.type === DEBUG_TYPE) this.#makeCurrent(this.#runOf(session));
  }

  #ended(session: vscode.DebugSession): void {
    const run = this.#runs.get(session.id);
    if (run === undefined) return;
    this.#runs.delete(session.id);
    this.#setState(run, "finished");
  }

  #received({ session, event, body }: vscode.DebugSessionCustomEvent): void {
    if (session.type !== DEBUG_TYPE || event !== "balloon/samples") return;
    const run = this.#runOf(session);
    const batch = body as SamplesBody;
    run.samples.append(batch);
    this.#changed.fire({ kind: "samples", run, batch });
    // The adapter says `stopped` before the sample of that moment.
    if (run.state === "stopped") this.#changed.fire({ kind: "state", run });
  }

  #adapterEvent(session: vscode.DebugSession, event: unknown): void {
    const run = this.#runOf(session);
    if (event === "stopped") this.#setState(run, "stopped");
    else if (event === "continued" || event === "initialized") this.#setState(run, "running");
  }

  #runOf(session: vscode.DebugSession): Run {
    let run = this.#runs.get(session.id);
    if (run === undefined) {
      run = { session, samples: new SampleColumns(CHART_SAMPLES), state: "starting" };
      this.#runs.set(session.id, run);
    }
    return run;
  }

  #makeCurrent(run: Run): void {
    if (this.#current === run) return;
    this.#current = run;
    this.#changed.fire({ kind: "current", run });
  }

  #setState(run: Run, state: RunState): void {
    if (run.state === state) return;
    run.state = state;
    this.#changed.fire({ kind: "state", run });
  }
}
