import * as vscode from "vscode";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import { KERNEL_DOCS } from "../scenario/knowledge/kernels.ts";
import type { WantedRuns } from "./comparison-panel.ts";
import { VARIANTS, type FindVariants } from "./configuration-provider.ts";
import * as errors from "./launch-errors.ts";
import { programOf, readScenario, scenarioName } from "./scenario-files.ts";

/** A scenario on several kernels, which the user picks; null when that were none. */
export async function runsOnKernels(
  uri: vscode.Uri,
  findVariants: FindVariants,
): Promise<WantedRuns | null> {
  const items = KERNEL_NAMES.map((kernel) => ({
    label: kernel,
    description: KERNEL_DOCS[kernel],
    picked: VARIANTS.includes(kernel),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Kernels to run the scenario on"),
    canPickMany: true,
  });
  if (picked === undefined || picked.length === 0) return null;
  const text = await readScenario(uri);
  const program = programOf(uri);
  const runs = picked.map(async ({ label: kernel }) => {
    // What the matrix has beside kernels stays: each kernel with each of it.
    const variants = await findVariants(uri, text, { kernel });
    return variants.length === 0
      ? [{ name: kernel, launch: { program, kernel } }]
      : variants.map((variant) => ({
          name: `${kernel}, ${variant}`,
          launch: { program, kernel, variant },
        }));
  });
  return { title: scenarioName(uri), text, runs: (await Promise.all(runs)).flat() };
}

/** All that a scenario's matrix stands for; null, and said so, when it has none. */
export async function runsOfMatrix(
  uri: vscode.Uri,
  findVariants: FindVariants,
): Promise<WantedRuns | null> {
  const wanted = await runsOfScenario(uri, findVariants);
  if (wanted.runs.some(({ launch }) => launch.variant !== undefined)) return wanted;
  void vscode.window.showErrorMessage(errors.noMatrix(scenarioName(uri)));
  return null;
}

/** All that a scenario's matrix stands for; without one, the scenario as it is. */
export async function runsOfScenario(
  uri: vscode.Uri,
  findVariants: FindVariants,
): Promise<WantedRuns> {
  const text = await readScenario(uri);
  const variants = await findVariants(uri, text, {});
  const program = programOf(uri);
  const title = scenarioName(uri);
  const runs =
    variants.length === 0
      ? [{ name: title, launch: { program } }]
      : variants.map((variant) => ({ name: variant, launch: { program, variant } }));
  return { title, text, runs };
}
