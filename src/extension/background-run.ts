import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { SampleColumns, type SampleSnapshot } from "../base/sample-columns.ts";
import type { LaunchArguments, ResultBody, SamplesBody } from "../dap/protocol.ts";
import { CHART_EVENTS, CHART_ROWS } from "../webview/protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";

export interface BackgroundRun {
  /** Rejects with a message for the user when the scenario cannot be run to its end. */
  readonly ended: Promise<RunEnd>;
  cancel(): void;
}

export interface RunEnd {
  readonly samples: SampleSnapshot;
  readonly result: ResultBody;
}

/**
 * Runs a scenario to its end in a worker of its own, without stops, for what comes out. `onOutput`
 * gets what a debug console would show.
 */
export function runInBackground(
  port: WorkerPort,
  launch: LaunchArguments,
  onOutput: (text: string) => void = () => {},
): BackgroundRun {
  const columns = new SampleColumns({ series: "all", events: CHART_EVENTS, limit: CHART_ROWS });
  let seq = 0;
  const request = (command: string, args: object): void =>
    port.post({ seq: ++seq, type: "request", command, arguments: args } as DebugProtocol.Request);
  let result: ResultBody | null = null;
  let lastOutput = "";
  let give: (end: RunEnd) => void = () => {};
  let refuse: (error: Error) => void = () => {};
  const ended = new Promise<RunEnd>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  const end = (finish: () => void): void => {
    finish();
    port.terminate();
  };
  const follow = (event: string, body: unknown): void => {
    if (event === "initialized") request("configurationDone", {});
    else if (event === "balloon/samples") columns.append(body as SamplesBody);
    else if (event === "balloon/result") result = body as ResultBody;
    else if (event === "output") {
      lastOutput = (body as DebugProtocol.OutputEvent["body"]).output;
      onOutput(lastOutput);
    } else if (event === "terminated") {
      const done = result;
      end(() =>
        done === null
          ? refuse(new Error(lastOutput.trim()))
          : give({ samples: columns.snapshot(), result: done }),
      );
    }
  };
  port.listen(
    (message) => {
      if (message.type === "response") {
        const { success, message: why, body } = message as DebugProtocol.ErrorResponse;
        const sentence = body?.error?.format ?? why ?? "";
        if (!success) end(() => refuse(new Error(sentence)));
        return;
      }
      const told = message as DebugProtocol.Event;
      follow(told.event, told.body);
    },
    (why) => refuse(new Error(why)),
  );
  request("initialize", { adapterID: "balloon" });
  request("launch", { ...launch, noDebug: true, stopOnEntry: false });
  return { ended, cancel: () => end(() => refuse(new Error(vscode.l10n.t("cancelled")))) };
}
