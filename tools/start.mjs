/**
 * `npm start`: sets up, builds, and opens the debugger in an embedded VS Code.
 * Only Node's own modules are imported before setup has run.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./run.mjs";
import { ensurePackages } from "./setup.mjs";

const USAGE = `npm start -- [options]

  --port N    first port to try (3030); the next free one is taken
  --open      also opens the page in the default browser
  --desktop   starts an installed VS Code instead
`;

const FIRST_FILE = "page-cache-pressure.balloon.yaml";
const PORTS_TO_TRY = 20;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const { port, open, desktop, help } = options();
  if (help) return console.log(USAGE);
  const editor = desktop ? findEditor() : null;
  const log = (/** @type {string} */ line) => console.log(`  ${line}`);
  console.log("Virtio Balloon Debugger");
  await ensurePackages(log);
  const { build } = await import("../esbuild.mjs");
  log("building");
  await build();
  if (editor) return startDesktop(editor);
  const host = await serve(port);
  console.log(`\n  ${host.url}\n`);
  log(`A browser that does not know this name takes http://localhost:${host.port}/`);
  log("F5 runs the scenario. Changes to the samples last until Ctrl-C.");
  if (open) openInBrowser(host.url);
  const end = () => void host.close().then(() => process.exit(0));
  process.once("SIGINT", end).once("SIGTERM", end);
}

/** @throws with the usage when an option is unknown or not well formed */
function options() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "3030" },
        open: { type: "boolean", default: false },
        desktop: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new Error(`--port wants a number from 1 to 65535, not "${values.port}"`);
    }
    return { ...values, port };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

/** @returns {Promise<import("./web-host/server.mjs").WebHost>} on the first free port */
async function serve(/** @type {number} */ firstPort) {
  const { startWebHost } = await import("./web-host/server.mjs");
  const lastPort = Math.min(firstPort + PORTS_TO_TRY - 1, 65535);
  for (let port = firstPort; port <= lastPort; port++) {
    try {
      return await startWebHost({ root, folder: join(root, "scenarios"), port, open: FIRST_FILE });
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    }
  }
  throw new Error(`No free port from ${firstPort} to ${lastPort}. Try another --port.`);
}

/** @returns {string} path of an installed VS Code, asked for before anything is built */
function findEditor() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["code", "code-insiders", "codium"];
  const extension = process.platform === "win32" ? ".cmd" : "";
  const editor = names
    .flatMap((name) => folders.map((folder) => join(folder, name + extension)))
    .find((path) => existsSync(path));
  if (editor) return editor;
  throw new Error(
    "There is no `code` on the PATH. In VS Code, run the command\n" +
      "“Shell Command: Install 'code' command in PATH”, or install VS Code first;\n" +
      "`npm start` without --desktop needs only a browser.",
  );
}

function startDesktop(/** @type {string} */ editor) {
  const args = [`--extensionDevelopmentPath=${root}`, join(root, "scenarios")];
  spawn(editor, args, { stdio: "inherit", shell: process.platform === "win32" });
}

function openInBrowser(/** @type {string} */ url) {
  const commands = /** @type {Record<string, string[]>} */ ({
    darwin: ["open"],
    win32: ["cmd", "/c", "start", ""],
  });
  const [command = "xdg-open", ...args] = commands[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  child.on("error", () => console.log(`  No browser could be opened (${command}).`));
  child.unref();
}
