/**
 * `npm run fidelity [-- RUN...] [-- --headline]`: builds the comparison with recorded runs from its
 * sources and runs it.
 */
import { join } from "node:path";
import { root, run } from "./run.mjs";
import { ensurePackages } from "./setup.mjs";

const log = (/** @type {string} */ line) => console.error(`  ${line}`);
await ensurePackages(log);
const esbuild = await import("esbuild");
const { ensureModelImage } = await import("./fresh-image.mjs");

await ensureModelImage({ root, log });
const outfile = join(root, "build/fidelity.mjs");
await esbuild.build({
  absWorkingDir: root,
  entryPoints: ["test/fidelity/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
});
const { code } = await run(process.execPath, [outfile, ...process.argv.slice(2)], { show: true });
process.exitCode = code;
