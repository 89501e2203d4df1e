import * as vscode from "vscode";
import type { SampleSnapshot } from "../base/sample-columns.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { runInBackground } from "./background-run.ts";
import { parseRecording } from "./recording.ts";
import type { Run } from "./run-tracker.ts";
import { locate, readScenario } from "./scenario-files.ts";

/** Another run to lay over the one that is shown. */
export interface Comparison {
  readonly name: string;
  readonly samples: SampleSnapshot;
}

/** Runs the scenario of `run` once more on a kernel that the user picks. Null: nothing was picked. */
export async function compareKernel(
  run: Run,
  kernels: readonly string[],
  startWorker: () => WorkerPort,
): Promise<Comparison | null> {
  const kernel = await vscode.window.showQuickPick([...kernels], {
    title: vscode.l10n.t("Compare with another kernel"),
    placeHolder: vscode.l10n.t("The scenario is run to its end on this kernel, in the background"),
  });
  if (kernel === undefined) return null;
  const { configuration, workspaceFolder } = run.session;
  const program: unknown = configuration["program"];
  const seed: unknown = configuration["seed"];
  const variant: unknown = configuration["variant"];
  if (typeof program !== "string") return null;
  const text = await readScenario(locate(program, workspaceFolder));
  const background = runInBackground(startWorker(), {
    program,
    text,
    kernel,
    ...(typeof seed === "number" ? { seed } : {}),
    ...(typeof variant === "string" ? { variant } : {}),
  });
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Running on {0}", kernel),
      cancellable: true,
    },
    async (_progress, token) => {
      token.onCancellationRequested(() => background.cancel());
      try {
        return { name: kernel, samples: (await background.ended).samples };
      } catch (error) {
        if (token.isCancellationRequested) return null;
        throw error;
      }
    },
  );
}

/** Reads a recorded /proc/vmstat that the user picks. */
export async function compareRecording(): Promise<Comparison | null> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Compare with a recorded /proc/vmstat"),
      filters: { CSV: ["csv"] },
    })) ?? [];
  if (file === undefined) return null;
  const name = file.path.split("/").slice(-2).join("/");
  const recording = parseRecording(
    new TextDecoder().decode(await vscode.workspace.fs.readFile(file)),
  );
  if (recording.ok) return { name, samples: recording.samples };
  throw new Error(
    recording.problem === "no-time"
      ? vscode.l10n.t(
          "{0} has no column guest_s, virtual_s, time_s or host_s in its first line.",
          name,
        )
      : vscode.l10n.t("{0} has no samples.", name),
  );
}
