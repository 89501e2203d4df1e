/**
 * `npm run soak [-- RUNS [SEED]]`: the laws of the model on a great many random scenarios, with memory
 * looked at as a whole after every dispatch. Without a seed, one from the clock; it is printed.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [runs = "5000", seed = String(Math.floor(Date.now() / 1000))] = process.argv.slice(2);
const vitest = join(
  dirname(createRequire(import.meta.url).resolve("vitest/package.json")),
  "vitest.mjs",
);

console.log(`${runs} scenarios, LAW_SEED=${seed}`);
const { status } = spawnSync(process.execPath, [vitest, "run", "test/laws/model.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, LAW_RUNS: runs, LAW_SEED: seed, LAW_PERIOD: "1", LAW_DISPATCHES: "5000" },
});
process.exitCode = status ?? 1;
