/**
 * `npm run bench [-- --json] [-- --quick]`: builds the bench from its sources and runs it, so that
 * what is measured is what is there now.
 */
import { join } from "node:path";
import { root, run } from "./run.mjs";
import { ensurePackages } from "./setup.mjs";

const log = (/** @type {string} */ line) => console.error(`  ${line}`);
await ensurePackages(log);
const esbuild = await import("esbuild");
const { ensureModelImage } = await import("./fresh-image.mjs");

await ensureModelImage({ root, log });
const outfile = join(root, "build/bench.mjs");
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["test/bench/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
});
const { code } = await run(process.execPath, [outfile, ...process.argv.slice(2)], { show: true });
process.exitCode = code;
