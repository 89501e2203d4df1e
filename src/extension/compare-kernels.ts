import * as vscode from "vscode";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import { KERNEL_DOCS } from "../scenario/knowledge/kernels.ts";
import type { Kernel } from "../scenario/types.ts";
import { configurationFor, VARIANTS } from "./configuration-provider.ts";

/** Runs a scenario on several kernels, one after the other; each run has a session and its results. */
export async function compareKernels(uri: vscode.Uri): Promise<void> {
  const items = KERNEL_NAMES.map((kernel) => ({
    label: kernel,
    description: KERNEL_DOCS[kernel],
    picked: VARIANTS.includes(kernel),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Kernels to run the scenario on"),
    canPickMany: true,
  });
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  for (const { label } of picked ?? []) {
    const configuration = configurationFor(uri, label as Kernel);
    if (!(await runToEnd(folder, configuration))) return;
  }
}

/** False when the run could not start. */
async function runToEnd(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<boolean> {
  let over = (): void => {};
  const ended = new Promise<void>((resolve) => (over = resolve));
  const listener = vscode.debug.onDidTerminateDebugSession(({ name }) => {
    if (name === configuration.name) over();
  });
  try {
    const isRunning = await vscode.debug.startDebugging(folder, configuration, { noDebug: true });
    if (isRunning) await ended;
    return isRunning;
  } finally {
    listener.dispose();
  }
}
