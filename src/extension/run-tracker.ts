import * as vscode from "vscode";
import { SampleColumns } from "../base/sample-columns.ts";
import type { BalloonStopped, ResultBody, SamplesBody, ScenarioBody } from "../dap/protocol.ts";
import {
  CHART_EVENTS,
  CHART_ROWS,
  CHART_STOPS,
  type ChartRun,
  type RunState,
} from "../webview/protocol.ts";
import { DEBUG_TYPE } from "./debug-type.ts";

/** What is known of one debug session: kept here, since a hidden panel and a closed one lose it. */
export interface Run {
  readonly session: vscode.DebugSession;
  readonly samples: SampleColumns;
  state: RunState;
  /** Virtual time of the present stop in ns; null while running. */
  stoppedAt: number | null;
  /** Times of all stops in ns, the newest last. */
  readonly stops: Set<number>;
  /** Null until the adapter has read the scenario. */
  outline: ScenarioBody | null;
  /** Null until the scenario has come to its end. */
  result: ResultBody | null;
}

/** The run as the chart is told about it. */
export function chartRun({ session, state, stoppedAt, stops, samples, outline }: Run): ChartRun {
  const { id, name } = session;
  const { steps, guestPages } = outline ?? { steps: [], guestPages: null };
  const available = samples.names;
  return { id, name, state, stoppedAt, stops: [...stops], available, steps, guestPages };
}

/** Virtual time in ns as far as it is known. Null before the first sample. */
export function virtualTime({ stoppedAt, samples }: Run): number | null {
  return stoppedAt ?? samples.times.at(-1) ?? null;
}

export type RunChange =
  | { readonly kind: "samples"; readonly run: Run; readonly batch: SamplesBody }
  | { readonly kind: "state"; readonly run: Run }
  /** Another run is the one to show now. */
  | { readonly kind: "current"; readonly run: Run };

/** Requests after which the guest runs, until `stopped` says otherwise. */
const RUNS = new Set([
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "restart",
  "goto",
  "restartFrame",
  "balloon/seek",
  "balloon/history",
  "balloon/reverseStepIn",
  "balloon/reverseStepOut",
]);

/** The members that matter here of any message from the adapter. */
interface AdapterMessage {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly command?: unknown;
  readonly success?: unknown;
  readonly body?: unknown;
}

/**
 * Follows the balloon sessions of this window; `current` is the one that views show. It listens to
 * the adapter itself: VS Code's own event for custom messages arrives by a longer way, so that a
 * sample could overtake or miss the stop it belongs to.
 */
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
      debug.onDidChangeActiveDebugSession((session) => this.#activated(session)),
      debug.onDidTerminateDebugSession((session) => this.#ended(session)),
      debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => {
          const run = this.#begin(session);
          return { onDidSendMessage: (message: AdapterMessage) => this.#follow(run, message) };
        },
      }),
    ];
  }

  /** The newest or active session, ended ones included; null before the first. */
  get current(): Run | null {
    return this.#current;
  }

  /** A session that has not ended, by its id. */
  session(id: string): vscode.DebugSession | undefined {
    return this.#runs.get(id)?.session;
  }

  dispose(): void {
    for (const each of this.#owned) each.dispose();
  }

  #begin(session: vscode.DebugSession): Run {
    const samples = new SampleColumns({ series: "all", events: CHART_EVENTS, limit: CHART_ROWS });
    const run: Run = {
      session,
      samples,
      state: "starting",
      stoppedAt: null,
      stops: new Set(),
      outline: null,
      result: null,
    };
    this.#runs.set(session.id, run);
    this.#makeCurrent(run);
    return run;
  }

  #activated(session: vscode.DebugSession | undefined): void {
    const run = session === undefined ? undefined : this.#runs.get(session.id);
    if (run !== undefined) this.#makeCurrent(run);
  }

  #ended(session: vscode.DebugSession): void {
    const run = this.#runs.get(session.id);
    if (run === undefined) return;
    this.#runs.delete(session.id);
    this.#setState(run, "finished", run.stoppedAt);
  }

  #follow(run: Run, message: AdapterMessage): void {
    if (message.type === "event") {
      if (message.event === "balloon/samples") this.#sampled(run, message.body as SamplesBody);
      else if (message.event === "balloon/scenario")
        this.#described(run, message.body as ScenarioBody);
      else if (message.event === "balloon/result") run.result = message.body as ResultBody;
      else if (message.event === "stopped")
        this.#stopped(run, message.body as Partial<BalloonStopped>);
      else if (message.event === "initialized" || message.event === "continued")
        this.#setState(run, "running", null);
    } else if (message.success === true && RUNS.has(String(message.command))) {
      this.#setState(run, "running", null);
    }
  }

  #described(run: Run, outline: ScenarioBody): void {
    run.outline = outline;
    this.#changed.fire({ kind: "state", run });
  }

  #sampled(run: Run, batch: SamplesBody): void {
    const known = run.samples.names.length;
    run.samples.append(batch);
    this.#changed.fire({ kind: "samples", run, batch });
    if (run.samples.names.length > known) this.#changed.fire({ kind: "state", run });
  }

  #stopped(run: Run, { virtualTime }: Partial<BalloonStopped>): void {
    const time = virtualTime ?? run.samples.times.at(-1) ?? null;
    if (time !== null) remember(run.stops, time);
    this.#setState(run, "stopped", time);
  }

  #makeCurrent(run: Run): void {
    if (this.#current === run) return;
    this.#current = run;
    this.#changed.fire({ kind: "current", run });
  }

  #setState(run: Run, state: RunState, stoppedAt: number | null): void {
    run.state = state;
    run.stoppedAt = stoppedAt;
    this.#changed.fire({ kind: "state", run });
  }
}

function remember(stops: Set<number>, time: number): void {
  stops.delete(time);
  stops.add(time);
  const [oldest] = stops;
  if (stops.size > CHART_STOPS && oldest !== undefined) stops.delete(oldest);
}
