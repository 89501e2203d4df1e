/** What a fresh clone lacks. Only Node's own modules are used here: nothing is installed yet. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "./run.mjs";

/** Oldest Node with which every tool was seen working. */
const OLDEST_NODE = [20, 19];

/**
 * Installs the packages of package-lock.json unless exactly those are there.
 *
 * @param {(line: string) => unknown} log
 * @throws when Node is too old or the installation fails
 */
export async function ensurePackages(log) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Error(
      `Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.version}.`,
    );
  }
  if (packagesAreCurrent()) return;
  log("installing packages (npm ci)");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { code, output } = await run(npm, ["ci", "--no-audit", "--no-fund"]);
  if (code !== 0) throw new Error(`npm ci failed:\n${output}`);
}

/** npm keeps a copy of the lock file for what it installed; compare versions, package by package. */
function packagesAreCurrent() {
  const installedFile = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      // Optional packages are for other platforms, unless they are there.
      path === "" || installed[path]?.version === version || (optional && !installed[path]),
  );
}

const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const CHROMIUM_PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** @returns {string | null} path of an installed Chromium; `CHROMIUM` in the environment wins */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const paths = CHROMIUM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...paths, ...CHROMIUM_PLACES].find((path) => existsSync(path)) ?? null;
}

/**
 * Finds Chromium, or installs Debian's where that is possible without asking anybody.
 *
 * @param {(line: string) => unknown} log
 * @throws with what to do when there is no Chromium and none can be installed
 */
export async function ensureChromium(log) {
  if (findChromium()) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && spawnSync("apt-get", ["--version"]).status === 0) {
    log("installing Chromium (apt-get)");
    const options = ["install", "-y", "--no-install-recommends", "chromium"];
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env });
    const { code, output } = await run("apt-get", options, { env });
    if (code === 0 && findChromium()) return;
    throw new Error(`Chromium could not be installed:\n${output}`);
  }
  throw new Error(
    "The end-to-end test needs Chromium. Install it (Debian: apt-get install chromium),\n" +
      "or set CHROMIUM to the path of a Chromium, Chrome or Edge.",
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await ensurePackages((line) => console.log(line));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
