/** Keeps `build/model-image.mjs` newer than everything it is made from. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const INPUTS = [
  "src/model",
  "src/compiler",
  "src/base/kernel-image.ts",
  "src/machine/primitives.ts",
  "tools/model-image.mjs",
  "package-lock.json",
];

/**
 * Compiles the model when a source of it or of its compiler is newer than the image.
 *
 * @param {{ root: string, log?: (line: string) => void }} options
 * @throws with the compiler's messages when the model does not compile
 */
export async function ensureModelImage({ root, log = () => {} }) {
  const image = join(root, "build/model-image.mjs");
  const newest = Math.max(...(await Promise.all(INPUTS.map((each) => newestIn(join(root, each))))));
  if (existsSync(image) && (await stat(image)).mtimeMs > newest) {
    return log("build/model-image.mjs is up to date");
  }
  const { buildModelImage } = await import("./model-image.mjs");
  await buildModelImage({ root, outDir: join(root, "build") });
  log("build/model-image.mjs");
}

/** @returns {Promise<number>} time of the newest file in or at `path`, 0 when there is none */
async function newestIn(/** @type {string} */ path) {
  if (!existsSync(path)) return 0;
  const found = await stat(path);
  // A folder's own time tells of files that were removed.
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = await readdir(path);
  const times = await Promise.all(inside.map((name) => newestIn(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}
