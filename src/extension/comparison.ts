import * as vscode from "vscode";
import { SampleColumns, type SampleSnapshot } from "../base/sample-columns.ts";
import { NS_PER_SECOND } from "../base/units.ts";
import type { BranchesBody, SamplesBody } from "../dap/protocol.ts";
import { CHART_EVENTS, CHART_ROWS } from "../webview/protocol.ts";
import type { WorkerPort } from "./adapter-bridge.ts";
import { runInBackground } from "./background-run.ts";
import { parseRecording } from "./recording.ts";
import type { Run } from "./run-tracker.ts";
import { locate, readScenario } from "./scenario-files.ts";

/** Another run to lay over the one that is shown. */
export interface Comparison {
  readonly name: string;
  readonly samples: SampleSnapshot;
  /** By the moment at which the balloon begins to grow, or as the times are. */
  readonly alignedBy: "inflation" | "time";
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
        const { samples } = await background.ended;
        return { name: kernel, samples, alignedBy: "inflation" };
      } catch (error) {
        if (token.isCancellationRequested) return null;
        throw error;
      }
    },
  );
}

/** Another branch of the same run, which the user picks. */
export async function compareBranch({ session }: Run): Promise<Comparison | null> {
  const { t } = vscode.l10n;
  const { branches } = (await session.customRequest("balloon/branches")) as BranchesBody;
  const others = branches.filter(({ current }) => !current);
  if (others.length === 0)
    throw new Error(
      t("This run has one branch. Go back in time and change a value: that begins another."),
    );
  const seconds = (ns: number): string => (ns / NS_PER_SECOND).toFixed(3);
  const picked = await vscode.window.showQuickPick(
    others.map(({ id, description, forkTime, endTime }) => ({
      id,
      label: description,
      description: t("from {0} s to {1} s", seconds(forkTime), seconds(endTime)),
    })),
    { title: t("Compare with another branch of this run") },
  );
  if (picked === undefined) return null;
  const all = { since: 0, branch: picked.id };
  const columns = new SampleColumns({ series: "all", events: CHART_EVENTS, limit: CHART_ROWS });
  columns.append((await session.customRequest("balloon/samples", all)) as SamplesBody);
  return { name: picked.label, samples: columns.snapshot(), alignedBy: "time" };
}

/** Reads a recorded /proc/vmstat that the user picks. */
export async function compareRecording(run: Run): Promise<Comparison | null> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Compare with a recorded /proc/vmstat"),
      filters: {
        [vscode.l10n.t("Recordings")]: ["vmstat", "csv", "txt", "log"],
        [vscode.l10n.t("All files")]: ["*"],
      },
    })) ?? [];
  if (file === undefined) return null;
  const name = file.path.split("/").slice(-2).join("/");
  const recording = parseRecording(
    new TextDecoder().decode(await vscode.workspace.fs.readFile(file)),
  );
  if (!recording.ok)
    throw new Error(
      recording.problem === "no-time"
        ? vscode.l10n.t(
            "{0} does not say when its counters were read: a CSV needs a column guest_s, virtual_s, time_s or host_s; text needs /proc/uptime before each /proc/vmstat.",
            name,
          )
        : vscode.l10n.t("{0} has no samples.", name),
    );
  const { samples } = recording;
  const known = run.samples.names;
  if (!Object.keys(samples.series).some((counter) => known.includes(counter)))
    throw new Error(vscode.l10n.t("{0} has none of the counters of this run.", name));
  return { name, samples, alignedBy: "inflation" };
}
