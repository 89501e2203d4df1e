/** Programs in TypeScript that are measured or compared: built from their sources each time, then run. */
import { join } from "node:path";
import process from "node:process";
import { root, run } from "./run.mjs";
import { ensurePackages } from "./setup.mjs";

/**
 * Sets up what is missing, compiles the model if it has changed, and runs the program with this
 * process's arguments and terminal. Its exit code becomes ours.
 *
 * @param {{ name: string, entry: string }} program `entry` is relative to the repository.
 */
export async function runBundled({ name, entry }) {
  const log = (/** @type {string} */ line) => console.error(`  ${line}`);
  await ensurePackages(log);
  const esbuild = await import("esbuild");
  const { ensureModelImage } = await import("./fresh-image.mjs");
  await ensureModelImage({ root, log });
  const outfile = join(root, "build", `${name}.mjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
  });
  const { code } = await run(process.execPath, [outfile, ...process.argv.slice(2)], { show: true });
  process.exitCode = code;
}
