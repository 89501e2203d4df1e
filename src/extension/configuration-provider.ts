import * as vscode from "vscode";
import type { Kernel } from "../scenario/types.ts";
import { DEBUG_TYPE } from "./debug-type.ts";
import * as errors from "./launch-errors.ts";
import {
  activeScenario,
  findScenarios,
  isScenario,
  locate,
  programOf,
  readScenario,
  scenarioName,
} from "./scenario-files.ts";
import type { Problem } from "./scenario-language.ts";

/** The two sides of Linux commit 5a6b4cc5b7: what most scenarios are run on, one after the other. */
export const VARIANTS: readonly Kernel[] = ["v4.19", "v5.7"];

/** Shows what is wrong in a scenario's text where it stands, and returns the errors. */
export type CheckScenario = (uri: vscode.Uri, text: string) => Promise<readonly Problem[]>;

/**
 * Makes F5 work without a launch.json, and checks what a launch.json says before a session
 * starts. VS Code reads the results so: a configuration starts, `undefined` starts nothing,
 * `null` starts nothing and opens launch.json.
 */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #check: CheckScenario;

  constructor(check: CheckScenario) {
    this.#check = check;
  }

  /** For a new launch.json. */
  async provideDebugConfigurations(): Promise<vscode.DebugConfiguration[]> {
    const active = activeScenario();
    const scenarios = active === null ? await findScenarios() : [active];
    return scenarios.slice(0, 1).map((uri) => configurationFor(uri));
  }

  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!isEmpty(configuration)) return configuration;
    const scenario = activeScenario() ?? (await pickScenario());
    if (scenario === null) return undefined;
    // VS Code puts `noDebug` into the empty configuration of "Run Without Debugging".
    return { ...configuration, ...configurationFor(scenario) };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined | null> {
    const program: unknown = configuration["program"];
    if (typeof program !== "string" || program.trim() === "") {
      return refuse(errors.noProgram(configuration.name), folder, configuration);
    }
    const uri = locate(program, folder);
    if (!isScenario(uri)) return refuse(errors.notAScenario(program), folder, configuration);
    const text = await readScenario(uri).catch(() => null);
    if (text === null) return refuse(errors.noSuchFile(program), folder, configuration);
    const [first] = await this.#check(uri, text);
    if (first !== undefined) return refuseScenario(uri, first);
    return { ...configuration, program: programOf(uri) };
  }
}

/** Lists every scenario of the workspace under "Select and Start Debugging". */
export class DynamicConfigurationProvider implements vscode.DebugConfigurationProvider {
  async provideDebugConfigurations(
    _folder: vscode.WorkspaceFolder | undefined,
    token?: vscode.CancellationToken,
  ): Promise<vscode.DebugConfiguration[]> {
    const scenarios = await findScenarios(token);
    return scenarios.flatMap((uri) => [
      configurationFor(uri),
      ...VARIANTS.map((kernel) => configurationFor(uri, kernel)),
    ]);
  }
}

/** The configuration that F5 stands for. */
export function configurationFor(uri: vscode.Uri, kernel?: Kernel): vscode.DebugConfiguration {
  const name = scenarioName(uri);
  return {
    type: DEBUG_TYPE,
    request: "launch",
    name: kernel === undefined ? name : `${name} (${kernel})`,
    program: programOf(uri),
    ...(kernel === undefined ? {} : { kernel }),
  };
}

/** A running session's configuration without what VS Code has added, to start it once more. */
export function asWritten(configuration: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const { type, request, name, ...rest } = configuration;
  const written = Object.entries(rest).filter(
    ([key]) => key !== "noDebug" && !key.startsWith("__"),
  );
  return { type, request, name, ...Object.fromEntries<unknown>(written) };
}

/** Asks which scenario of the workspace to run; does not ask when there is only one. */
export async function pickScenario(): Promise<vscode.Uri | null> {
  const scenarios = await findScenarios();
  if (scenarios.length === 0) {
    void vscode.window.showErrorMessage(errors.noScenarioFound());
    return null;
  }
  const only = scenarios[0];
  if (scenarios.length === 1 && only !== undefined) return only;
  const items = scenarios.map((uri) => ({
    label: scenarioName(uri),
    description: vscode.workspace.asRelativePath(uri),
    uri,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Scenario to debug"),
    matchOnDescription: true,
  });
  return picked?.uri ?? null;
}

/** F5 without a launch.json: VS Code passes a configuration that says nothing. */
function isEmpty(configuration: vscode.DebugConfiguration): boolean {
  return !configuration.type && !configuration.request && !configuration.name;
}

/** The message goes to a notification; a configuration from launch.json is shown as well. */
function refuse(
  message: string,
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): undefined | null {
  void vscode.window.showErrorMessage(message);
  return isFromLaunchJson(folder, configuration.name) ? null : undefined;
}

/** A mistake in the scenario itself: shows its place, where it is underlined by now. */
function refuseScenario(uri: vscode.Uri, { message, line, column }: Problem): undefined {
  void vscode.window.showErrorMessage(errors.badScenario(uri, line, message));
  const start = new vscode.Position(line, column);
  void vscode.window.showTextDocument(uri, { selection: new vscode.Range(start, start) });
}

function isFromLaunchJson(folder: vscode.WorkspaceFolder | undefined, name: string): boolean {
  const written: unknown = vscode.workspace
    .getConfiguration("launch", folder?.uri)
    .get("configurations");
  return (
    Array.isArray(written) &&
    written.some((entry: { name?: unknown } | null) => entry?.name === name)
  );
}
