/** The packaged extension in code-server, with a folder of samples as its workspace. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startKept } from "../kept.mjs";
import { run } from "../run.mjs";

/** As quiet as the web's workbench; see `../web-host/page.mjs`. */
const SETTINGS = {
  "chat.disableAIFeatures": true,
  "debug.toolBarLocation": "docked",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "security.workspace.trust.banner": "never",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

const QUIET = [
  "--disable-telemetry",
  "--disable-update-check",
  "--ignore-last-opened",
  "--disable-getting-started-override",
];

/** On slow machines that others use as well. */
const START_MS = 120_000;

const NO_GALLERY = '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}';

/**
 * @param {object} options
 * @param {{ node: string, entry: string }} options.editor
 * @param {string} options.vsix
 * @param {string} options.samples copied, for the editor writes to its workspace; nobody has said
 *   that it is to be trusted
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `close` ends it and leaves nothing
 */
export async function startDesktopHost({ editor, vsix, samples }) {
  const folder = await mkdtemp(join(tmpdir(), "balloon-desktop-"));
  const userData = join(folder, "user");
  const workspace = join(folder, "scenarios");
  const port = await freePort();
  await cp(samples, workspace, { recursive: true });
  await mkdir(join(userData, "User"), { recursive: true });
  await writeFile(join(userData, "User/settings.json"), JSON.stringify(SETTINGS));
  const config = join(folder, "config.yaml");
  await writeFile(config, `bind-addr: 127.0.0.1:${port}\nauth: none\ncert: false\n`);
  const places = {
    config,
    "user-data-dir": userData,
    "extensions-dir": join(folder, "extensions"),
  };
  const named = Object.entries(places).flatMap(([name, path]) => [`--${name}`, path]);
  const args = [editor.entry, ...named];
  const env = { EXTENSIONS_GALLERY: NO_GALLERY };
  const installed = await run(editor.node, [...args, "--install-extension", vsix], { env });
  if (installed.code !== 0) throw new Error(`The package was refused:\n${installed.output}`);

  const server = startKept(editor.node, [...args, ...QUIET], { ...process.env, ...env });
  const close = async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const address = `http://127.0.0.1:${port}`;
  if (await answers(`${address}/healthz`)) {
    return { url: `${address}/?folder=${encodeURI(workspace)}`, close };
  }
  await close();
  throw new Error("code-server does not answer.");
}

async function answers(/** @type {string} */ address) {
  const end = performance.now() + START_MS;
  while (performance.now() < end) {
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) return true;
    await sleep(200);
  }
  return false;
}

/** @returns {Promise<number>} */
function freePort() {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
