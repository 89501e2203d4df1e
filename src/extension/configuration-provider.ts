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
import type { FixedAxes, Problem } from "./scenario-language.ts";

/** The two sides of Linux commit 5a6b4cc5b7: what most scenarios are run on, one after the other. */
export const VARIANTS: readonly Kernel[] = ["v4.19", "v5.7"];

/** Shows what is wrong in a scenario's text where it stands, and returns the errors. */
export type CheckScenario = (uri: vscode.Uri, text: string) => Promise<readonly Problem[]>;

/** Names of the runs that a scenario's matrix stands for. */
export type FindVariants = (
  uri: vscode.Uri,
  text: string,
  fixed: FixedAxes,
) => Promise<readonly string[]>;

/**
 * Makes F5 work without a launch.json, and checks what a launch.json says before a session
 * starts. VS Code reads the results so: a configuration starts, `undefined` starts nothing,
 * `null` starts nothing and opens launch.json.
 */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  readonly #check: CheckScenario;
  readonly #findVariants: FindVariants;

  constructor(check: CheckScenario, findVariants: FindVariants) {
    this.#check = check;
    this.#findVariants = findVariants;
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
    return this.#withVariant({ ...configuration, program: programOf(uri) }, uri, text);
  }

  /** Of a matrix, only the user knows which of its runs is wanted. */
  async #withVariant(
    configuration: vscode.DebugConfiguration,
    uri: vscode.Uri,
    text: string,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const { name, kernel, seed, variant } = configuration as vscode.DebugConfiguration & {
      readonly [key in "kernel" | "seed" | "variant"]?: unknown;
    };
    if (typeof variant === "string" && variant !== "") return configuration;
    const variants = await this.#findVariants(uri, text, {
      ...(typeof kernel === "string" ? { kernel } : {}),
      ...(typeof seed === "number" ? { seed } : {}),
    });
    if (variants.length === 0) return configuration;
    const picked = variants.length === 1 ? variants[0] : await pickVariant(uri, variants);
    if (picked === undefined) return undefined;
    return { ...configuration, name: `${name} (${picked})`, variant: picked };
  }
}

/** Which run of a matrix to start; undefined when none, or all of them in the comparison. */
async function pickVariant(
  uri: vscode.Uri,
  variants: readonly string[],
): Promise<string | undefined> {
  const all = { label: `$(git-compare) ${vscode.l10n.t("Compare All")}`, variant: undefined };
  const picked = await vscode.window.showQuickPick(
    [...variants.map((variant) => ({ label: variant, variant })), all],
    { title: vscode.l10n.t("Which run of the matrix") },
  );
  if (picked === all) void vscode.commands.executeCommand("balloon.compareVariants", uri);
  return picked?.variant;
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
