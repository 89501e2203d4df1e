/** Child processes for the tools: everything a command prints comes back as one text. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's top folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A command that hangs is ended, so that a test run always has a last line. */
const LONGEST_MS = 15 * 60_000;

/** Collected output is read in files and logs; tools that like colours are told so. */
const plain = { NO_COLOR: "1", FORCE_COLOR: undefined };

/**
 * Runs a command to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, show?: boolean }} [options] `cwd` is the
 *   repository otherwise; `show` passes the output on to our own terminal instead of collecting it
 * @returns {Promise<{ code: number, output: string }>} `code` is 127 when there is no such command
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...(options.show ? {} : plain), ...options.env },
      timeout: options.show ? 0 : LONGEST_MS,
      stdio: options.show ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (/** @type {Buffer} */ data) => (output += data.toString("utf8"));
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on("close", (code, signal) => {
      if (signal) output += `\n${command} was ended by ${signal}.`;
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * Runs a JavaScript command of an installed package (`tsc`, `vitest`, ...) with this Node.
 *
 * @param {string} name as in `node_modules/.bin`
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, show?: boolean }} [options]
 */
export function runPackage(name, args, options) {
  return run(join(root, "node_modules/.bin", name), args, options);
}
