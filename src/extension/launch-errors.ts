/** What is wrong with a launch configuration, and what to do about it: every message in one place. */
import * as vscode from "vscode";

export function noScenarioFound(): string {
  return vscode.l10n.t(
    "There is no scenario in this workspace. Open or create a file named like my-guest.balloon.yaml, then press F5.",
  );
}

export function noProgram(configuration: string): string {
  return vscode.l10n.t(
    'The launch configuration "{0}" does not say what to run. Set "program" to a scenario, for example "{1}".',
    configuration,
    "${workspaceFolder}/my-guest.balloon.yaml",
  );
}

export function notAScenario(program: string): string {
  return vscode.l10n.t(
    "{0} is not a scenario. Scenarios are files whose names end in .balloon.yaml.",
    program,
  );
}

export function noSuchFile(program: string): string {
  return vscode.l10n.t('There is no scenario {0}. Correct "program", or create the file.', program);
}

/** `line` counts from zero; people count from one. */
export function badScenario(uri: vscode.Uri, line: number, message: string): string {
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  return vscode.l10n.t("{0} cannot run. Line {1}: {2}", name, line + 1, message);
}

export function noMatrix(scenario: string): string {
  return vscode.l10n.t(
    "{0} has no variants to compare. Add a matrix, for example: {1}",
    scenario,
    "matrix: { kernel: [v4.19, v5.7] }",
  );
}

export function notTrusted(): string {
  return vscode.l10n.t(
    "This workspace is not trusted, and VS Code starts no debugger in it. Nothing of a scenario is executed: it can be run without the debugger, and compared.",
  );
}

export function cannotRead(program: string, why: string): string {
  return vscode.l10n.t("The scenario {0} cannot be read: {1}", program, why);
}

export function adapterCrashed(why: string): string {
  return vscode.l10n.t("The debug adapter ended unexpectedly and the session with it: {0}", why);
}
