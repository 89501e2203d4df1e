import { existsSync, readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AdapterHost } from "./host.ts";
import { openScenario } from "./open.ts";

/** Longer files are no scenarios; somebody named a disk image. */
const maxScenarioBytes = 1024 * 1024;

/** A process with a file system. */
export function nodeHost(): AdapterHost {
  return { readText, modelSource, yield: yieldToInput, open: openScenario };
}

/** Pending input and output is handled before the promise resolves. */
export function yieldToInput(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

/** Reads a scenario by path or `file:` URI; rejects with a reason that fits behind "Cannot read X:". */
export async function readText(pathOrUri: string): Promise<string> {
  const path = pathOrUri.startsWith("file:") ? fileURLToPath(pathOrUri) : resolve(pathOrUri);
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error("it is a folder");
    // It may have no end.
    if (found.isCharacterDevice() || found.isBlockDevice()) throw new Error("it is a device");
    if (found.size > maxScenarioBytes) throw new Error("it is too large for a scenario");
    return textOf(await readFile(path));
  } catch (cause) {
    throw new Error(reason(cause), { cause });
  }
}

/** A mark at its beginning that says it is UTF-8 is kept, as positions count from there. */
function textOf(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new Error(notText);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error(notText, { cause });
  }
}

const notText = "it is not text in UTF-8";

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  switch ((cause as NodeJS.ErrnoException).code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "you have no permission to read it";
    default:
      return cause.message;
  }
}

/**
 * A source on disk beside the package is better than one served by reference: other tools of the
 * editor see it too. It counts only while it is what was compiled.
 */
function modelSource(path: string, text: string): { readonly path?: string } {
  const file = modelRoot === null ? null : join(modelRoot, path);
  return file !== null && existsSync(file) && readFileSync(file, "utf8") === text
    ? { path: file }
    : {};
}

/** `src/model` of the package, seen from a bundle in `dist` or from the sources. */
const modelRoot = ((): string | null => {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, "../src/model"), join(here, "../model")];
  return candidates.find((each) => existsSync(each)) ?? null;
})();
