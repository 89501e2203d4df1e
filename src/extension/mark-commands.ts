import * as vscode from "vscode";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { sha256 } from "../base/sha256.ts";
import type { BranchesBody, FingerprintBody } from "../dap/protocol.ts";
import { DEBUG_TYPE } from "./debug-type.ts";
import { formatLink, parseLink, type MarkLink } from "./mark-link.ts";
import { MODEL_SCHEME } from "./model-sources.ts";
import type { Run, RunTracker } from "./run-tracker.ts";
import { isScenario, locate, programOf, readScenario, scenarioName } from "./scenario-files.ts";

/** In the configuration of a session that a link has started: tells it from all others. */
const LINK_MARK = "__balloonLink";

/** Copies the present moment of a run as a link, and goes to where such a link points. */
export class MarkCommands implements vscode.Disposable, vscode.UriHandler {
  readonly #runs: RunTracker;
  readonly #base: string;
  readonly #owned: vscode.Disposable;
  #started = 0;

  constructor(runs: RunTracker, extensionId: string) {
    const { commands, env, window } = vscode;
    this.#runs = runs;
    this.#base = `${env.uriScheme}://${extensionId}`;
    this.#owned = vscode.Disposable.from(
      commands.registerCommand("balloon.copyMarkLink", () => tellErrors(() => this.#copy())),
      commands.registerCommand("balloon.openMarkLink", (link?: string) =>
        tellErrors(() => this.#ask(link)),
      ),
      window.registerUriHandler(this),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async handleUri(uri: vscode.Uri): Promise<void> {
    await tellErrors(() => this.#open(uri.toString(true)));
  }

  async #copy(): Promise<void> {
    const run = this.#runs.current;
    if (run?.state !== "stopped")
      throw new Error(
        vscode.l10n.t("Stop a scenario first: a link points to where it is stopped."),
      );
    const { session } = run;
    const { kernel, seed, variant, program } = session.configuration as Record<string, unknown>;
    const here = (await session.customRequest("balloon/fingerprint")) as FingerprintBody;
    const branches = (await session.customRequest("balloon/branches")) as BranchesBody;
    if (isEdited(branches, here))
      throw new Error(
        vscode.l10n.t(
          "This run has been changed by hand, so nobody else gets here by running the scenario. Go back to before the change to copy a link.",
        ),
      );
    const link = formatLink(this.#base, {
      scenario: vscode.workspace.asRelativePath(locate(String(program), session.workspaceFolder)),
      text: await textSum(session),
      mark: here.mark,
      fingerprint: here.fingerprint,
      ...(typeof kernel === "string" ? { kernel } : {}),
      ...(typeof seed === "number" ? { seed } : {}),
      ...(typeof variant === "string" ? { variant } : {}),
    });
    await vscode.env.clipboard.writeText(link);
    vscode.window.setStatusBarMessage(
      vscode.l10n.t("The link to this moment is on the clipboard."),
      4000,
    );
  }

  /** Proposes what is on the clipboard, when that is a link. */
  async #ask(given: string | undefined): Promise<void> {
    const copied = given ?? (await readClipboard());
    const link =
      given ??
      (await vscode.window.showInputBox({
        title: vscode.l10n.t("Open a link to a moment of a run"),
        value: parseLink(copied) === null ? "" : copied.trim(),
        placeHolder: `${this.#base}/mark?…`,
        ignoreFocusOut: true,
      }));
    if (link !== undefined) await this.#open(link);
  }

  async #open(address: string): Promise<void> {
    const link = parseLink(address);
    if (link === null)
      throw new Error(
        vscode.l10n.t("This is no link to a moment of a run, or a part of it is missing."),
      );
    const uri = await find(link);
    if (sha256(await readScenario(uri)) !== link.text)
      throw new Error(
        vscode.l10n.t(
          "{0} is not as it was when the link was made, so the moment cannot be found again. Take the file from where the link comes from.",
          scenarioName(uri),
        ),
      );
    const run = this.#runningAlready(uri, link) ?? (await this.#start(uri, link));
    if (run === null) return;
    const arrived = this.#nextStop(run);
    await run.session.customRequest("balloon/seek", { mark: link.mark });
    if (!(await arrived)) return;
    const here = (await run.session.customRequest("balloon/fingerprint")) as FingerprintBody;
    if (here.fingerprint !== link.fingerprint)
      throw new Error(
        vscode.l10n.t(
          "This is not the state that the link was made in: another version of the debugger made it, or the run was changed by hand.",
        ),
      );
  }

  /** The current session, if it runs the same and is stopped. */
  #runningAlready(uri: vscode.Uri, link: MarkLink): Run | null {
    const run = this.#runs.current;
    if (run?.state !== "stopped") return null;
    const { program, kernel, seed, variant } = run.session.configuration as Record<string, unknown>;
    const isSame =
      locate(String(program), run.session.workspaceFolder).toString() === uri.toString() &&
      kernel === link.kernel &&
      seed === link.seed &&
      variant === link.variant;
    return isSame ? run : null;
  }

  /** Null when the session did not start; VS Code has said why. */
  async #start(uri: vscode.Uri, { kernel, seed, variant }: MarkLink): Promise<Run | null> {
    const number = ++this.#started;
    let give: (run: Run) => void = () => {};
    const entered = new Promise<Run>((resolve) => (give = resolve));
    const following = this.#runs.onDidChange(({ run }) => {
      const isOwn = run.session.configuration[LINK_MARK] === number;
      if (isOwn && (run.state === "stopped" || run.state === "finished")) give(run);
    });
    try {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      const isRunning = await vscode.debug.startDebugging(folder, {
        type: DEBUG_TYPE,
        request: "launch",
        name: scenarioName(uri),
        program: programOf(uri),
        stopOnEntry: true,
        ...(kernel === undefined ? {} : { kernel }),
        ...(seed === undefined ? {} : { seed }),
        ...(variant === undefined ? {} : { variant }),
        [LINK_MARK]: number,
      });
      if (!isRunning) return null;
      const run = await entered;
      return run.state === "stopped" ? run : null;
    } finally {
      following.dispose();
    }
  }

  /** Whether the run stops again before it ends. */
  #nextStop(run: Run): Promise<boolean> {
    let hasLeft = false;
    return new Promise((resolve) => {
      const following = this.#runs.onDidChange((change) => {
        if (change.run !== run) return;
        if (run.state === "running") hasLeft = true;
        if (run.state !== "finished" && !(hasLeft && run.state === "stopped")) return;
        following.dispose();
        resolve(run.state === "stopped");
      });
    });
  }
}

/** A browser may refuse: VS Code then asks the user, and waits for the answer. There one pastes. */
async function readClipboard(): Promise<string> {
  const { env, UIKind } = vscode;
  return env.uiKind === UIKind.Web ? "" : env.clipboard.readText();
}

/** A run that only the scenario has made can be made again by everybody. */
function isEdited({ branches }: BranchesBody, { branch, mark }: FingerprintBody): boolean {
  const own = branches.find(({ id }) => id === branch);
  const isBefore = (edit: { readonly mark: FingerprintBody["mark"] }): boolean =>
    edit.mark.dispatch < mark.dispatch ||
    (edit.mark.dispatch === mark.dispatch && edit.mark.statement <= mark.statement);
  return branch !== 0 || own?.edits.some(isBefore) === true;
}

/** Of the text that the run was started with, which may have been edited since. */
async function textSum(session: vscode.DebugSession): Promise<string> {
  const { sources } = (await session.customRequest(
    "loadedSources",
  )) as DebugProtocol.LoadedSourcesResponse["body"];
  const scenario = sources.find(({ path }) => path?.startsWith(`${MODEL_SCHEME}:`) !== true);
  return scenario?.checksums?.[0]?.checksum ?? "";
}

/** The scenario in any folder of the workspace, or where the link says outright. */
async function find({ scenario }: MarkLink): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = [undefined, ...folders].map((folder) => locate(scenario, folder));
  // With several folders, a path begins with the name of its folder.
  const [first = "", ...rest] = scenario.split("/");
  for (const { name, uri } of folders)
    if (name === first) candidates.push(vscode.Uri.joinPath(uri, ...rest));
  for (const uri of candidates.filter(isScenario)) {
    const isThere = await readScenario(uri).then(
      () => true,
      () => false,
    );
    if (isThere) return uri;
  }
  throw new Error(
    vscode.l10n.t(
      "There is no scenario {0} in this workspace. Open the folder that has it, then the link again.",
      scenario,
    ),
  );
}

async function tellErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
