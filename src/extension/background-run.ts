import type { DebugProtocol } from "@vscode/debugprotocol";
import { SampleColumns, type SampleSnapshot } from "../base/sample-columns.ts";
import type { LaunchArguments, SamplesBody } from "../dap/protocol.ts";
import { CHART_EVENTS, CHART_ROWS } from "../webview/protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";

export interface BackgroundRun {
  /** Rejects with a message for the user when the scenario cannot be run to its end. */
  readonly samples: Promise<SampleSnapshot>;
  cancel(): void;
}

/** Runs a scenario to its end in a worker of its own, without stops, for what it samples. */
export function runInBackground(port: WorkerPort, launch: LaunchArguments): BackgroundRun {
  const columns = new SampleColumns({ series: "all", events: CHART_EVENTS, limit: CHART_ROWS });
  let seq = 0;
  const request = (command: string, args: object): void =>
    port.post({ seq: ++seq, type: "request", command, arguments: args } as DebugProtocol.Request);
  let give: (samples: SampleSnapshot) => void = () => {};
  let refuse: (error: Error) => void = () => {};
  const samples = new Promise<SampleSnapshot>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  const end = (finish: () => void): void => {
    finish();
    port.terminate();
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
      if (told.event === "initialized") request("configurationDone", {});
      else if (told.event === "balloon/samples") columns.append(told.body as SamplesBody);
      else if (told.event === "terminated") end(() => give(columns.snapshot()));
    },
    (why) => refuse(new Error(why)),
  );
  request("initialize", { adapterID: "balloon" });
  request("launch", { ...launch, noDebug: true, stopOnEntry: false });
  return { samples, cancel: () => end(() => refuse(new Error("cancelled"))) };
}
