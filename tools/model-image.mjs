/**
 * Compiles the model: bundles the compiler, runs it over the model's sources and writes
 * `build/model-image.mjs`, which exports `image`, a `KernelImage`.
 * `node tools/model-image.mjs` exits with 1 and one line per fault when the model does not compile.
 */
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Faults in the model's sources; the message has one `file:line:column: …` for each. */
export class ModelError extends Error {
  name = "ModelError";
}

/**
 * @param {{ root: string, outDir?: string }} options `root` is the repository; the image goes to
 *   `outDir`, `build` unless told otherwise
 * @returns {Promise<string>} path of the image
 * @throws {ModelError}
 */
export async function buildModelImage({ root, outDir = join(root, "build") }) {
  await mkdir(outDir, { recursive: true });
  const { compileModel, machineExternals, machineInputs } = await loadCompiler(root, outDir);
  const sources = await readSources(join(root, "src"));
  const { model, diagnostics } = compileModel(sources, {
    externals: machineExternals,
    inputs: machineInputs,
  });
  if (model === null) {
    const lines = diagnostics.map(
      ({ file, line, column, message }) =>
        `src/${file}:${line + 1}:${column + 1}: error: ${message}`,
    );
    throw new ModelError(lines.join("\n"));
  }
  const listed = Object.entries(sources).flatMap(([key, text]) => {
    const path = key.replace(/^model\//, "");
    return model.debug.files.includes(path) ? [[path, text]] : [];
  });
  const image = join(outDir, "model-image.mjs");
  const { debug, variables } = shareVariables(model.debug);
  const text = [
    "// Built from src/model by tools/model-image.mjs.",
    model.code,
    `const variables = ${jsonLiteral(variables)};`,
    `const debug = ${jsonLiteral(debug)};`,
    "for (const site of debug.sites)",
    "  if (site !== null) site.visible = site.visible.map((index) => variables[index]);",
    `const sources = ${jsonLiteral(Object.fromEntries(listed))};`,
    "export const image = { boot, debug, sources };\n",
  ].join("\n");
  await writeWhole(image, text);
  return image;
}

/** JSON in a string is parsed several times faster than an object literal. */
function jsonLiteral(/** @type {unknown} */ value) {
  return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}

/** Many sites see the same variable, and most of the debug information would be copies of it. */
function shareVariables(/** @type {import("../src/base/kernel-image.ts").DebugInfo} */ debug) {
  /** @type {import("../src/base/kernel-image.ts").VariableInfo[]} */
  const variables = [];
  const indices = new Map();
  const share = (/** @type {import("../src/base/kernel-image.ts").VariableInfo} */ variable) => {
    if (!indices.has(variable)) indices.set(variable, variables.push(variable) - 1);
    return indices.get(variable);
  };
  const sites = debug.sites.map((site) => site && { ...site, visible: site.visible.map(share) });
  return { debug: { ...debug, sites }, variables };
}

/**
 * The compiler is TypeScript and imports packages; a bundle of it can be imported here.
 *
 * @returns {Promise<typeof import("../src/compiler/index.ts")>}
 */
async function loadCompiler(/** @type {string} */ root, /** @type {string} */ outDir) {
  const outfile = join(outDir, `compiler.${process.pid}.mjs`);
  const compiler = join(outDir, "compiler.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/compiler/index.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  await rename(outfile, compiler);
  // A watch build imports the compiler again whenever it has changed.
  return import(`${pathToFileURL(compiler).href}?${Date.now()}`);
}

/** Keys are paths below `src`, as the compiler resolves imports. */
async function readSources(/** @type {string} */ directory) {
  const names = await readdir(join(directory, "model"), { recursive: true });
  const model = names
    .filter((name) => name.endsWith(".ts") && !/\.(test|d)\.ts$/.test(name))
    .map((name) => join(directory, "model", name));
  const files = [...model, join(directory, "machine/primitives.ts")];
  const key = (/** @type {string} */ file) => relative(directory, file).split(sep).join("/");
  const entries = files.map(async (file) => [key(file), await readFile(file, "utf8")]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Another process that reads meanwhile sees the old file or the new one, never half of it. */
async function writeWhole(/** @type {string} */ file, /** @type {string} */ text) {
  const part = `${file}.${process.pid}`;
  await writeFile(part, text);
  await rename(part, file);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  try {
    console.log(relative(root, await buildModelImage({ root })));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
