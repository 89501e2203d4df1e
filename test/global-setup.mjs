import { execFileSync } from "node:child_process";
import { ensureModelImage } from "../tools/fresh-image.mjs";

/** Runs once before all tests, in the main process: its environment reaches the workers. */
export default async function setup() {
  process.env["LAW_SEED"] ??= seedOfCommit();
  console.log(`LAW_SEED=${process.env["LAW_SEED"]}`);
  await ensureModelImage({ root: process.cwd() });
}

/** A new seed for each commit, the same one for whoever repeats its run. */
function seedOfCommit() {
  try {
    const hash = execFileSync("git", ["rev-parse", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return String(Number.parseInt(hash.slice(0, 8), 16));
  } catch {
    // Sources without a repository, an unpacked archive for instance.
    return "1";
  }
}
