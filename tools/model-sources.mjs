/** Writes `dist/model-sources.json`: the model's sources as the extension shows them. */
import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Taken from the compiled image, so that what is shown is what runs. The extension does not embed
 * the image itself: it is large, and is needed only where a model runs.
 *
 * @param {{ root: string, log?: (line: string) => void }} options
 */
export async function writeModelSources({ root, log = () => {} }) {
  const file = join(root, "build/model-image.mjs");
  if (!existsSync(file)) return log("skipped dist/model-sources.json: there is no model image yet");
  // A module is loaded once per address; a newer image needs a new one.
  const address = `${pathToFileURL(file).href}?${statSync(file).mtimeMs}`;
  const { image } = await import(address);
  /** @type {import("../src/base/kernel-image.ts").KernelImage} */
  const { debug, sources } = image;
  const files = debug.files.map((path, number) => ({
    path,
    text: sources[path] ?? "",
    functions: debug.functions
      .filter((each) => each.file === number)
      .map(({ name, line, doc, maySleep }) => ({ name, line, maySleep, doc: firstSentence(doc) })),
  }));
  await writeFile(join(root, "dist/model-sources.json"), JSON.stringify({ files }));
  log("dist/model-sources.json");
}

/** One line for a list: up to the first full stop that ends a sentence. */
function firstSentence(/** @type {string} */ doc) {
  const line = doc.replace(/\s+/g, " ").trim();
  return /^.*?\.(?=\s|$)/.exec(line)?.[0] ?? line;
}
