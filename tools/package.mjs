/**
 * `npm run package`: packs the extension that `dist/` holds, and makes sure that exactly the right
 * files are in it. `node esbuild.mjs --minify` builds what is worth packing.
 */
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root, runPackage } from "./run.mjs";

/** Must be in the package. */
const REQUIRED = [
  "package.json",
  "package.nls.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "media/icon.png",
  "dist/extension.js",
  "dist/web.js",
  "dist/adapter-worker.js",
  "dist/adapter-worker.web.js",
  "dist/lsp-server.js",
  "dist/lsp-server.web.js",
  "dist/chart.js",
  "dist/chart.css",
  "dist/page-map.js",
  "dist/page-map.css",
  "dist/lesson.js",
  "dist/lesson.css",
  "dist/comparison.js",
  "dist/comparison.css",
  "dist/rings.js",
  "dist/rings.css",
  "dist/model-sources.json",
  "dist/ThirdPartyNotices.txt",
  "schemas/scenario.schema.json",
  "scenarios/page-cache-pressure.balloon.yaml",
  "scenarios/oom-notify.balloon.yaml",
  "scenarios/commit-5a6b4cc5b7.balloon.yaml",
  "lessons/1-inflation.lesson.md",
  "lessons/2-busy-no-op.lesson.md",
  "lessons/3-oom.lesson.md",
  "lessons/4-virtqueues.lesson.md",
  "lessons/inflation.balloon.yaml",
  "lessons/busy-no-op.balloon.yaml",
  "lessons/oom.balloon.yaml",
  "lessons/virtqueues.balloon.yaml",
];

/** May be in the package besides. */
const ALLOWED =
  /^(package\.nls\.[\w-]+\.json|media\/.*|l10n\/.*\.json|scenarios\/(gallery\/)?[\w-]+\.balloon\.yaml)$/;

/**
 * Two thirds of it are the model: in the adapter for Node, and in the one for the browser. A quarter
 * is the language server, for both, and its client, for both. That the model's step bodies tell of
 * what they read and write takes a tenth of it.
 */
const MAX_KIB = 2656;

/**
 * Of single files, compressed as a server or the package would: what a panel's page loads, and what
 * the editor loads to activate the extension, which has the language client in it.
 */
const MAX_COMPRESSED_KIB = {
  "dist/chart.js": 60,
  "dist/page-map.js": 60,
  "dist/rings.js": 60,
  "dist/comparison.js": 60,
  "dist/lesson.js": 60,
  "dist/extension.js": 150,
  "dist/web.js": 150,
};

/** Pixels on each side that the Marketplace asks for, at least. */
const MIN_ICON = 128;

const problems = [
  ...(await fileProblems()),
  ...(await manifestProblems()),
  ...(await sizeProblems()),
];
if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
} else {
  await pack();
}

async function fileProblems() {
  const { code, output } = await runPackage("vsce", ["ls", "--no-dependencies"]);
  if (code !== 0) return [output];
  const files = output.split("\n").filter((line) => /^[\w./-]+$/.test(line));
  const missing = REQUIRED.filter((file) => !files.includes(file));
  const extra = files.filter((file) => !REQUIRED.includes(file) && !ALLOWED.test(file));
  return [
    ...missing.map((file) => `missing from the package: ${file}`),
    ...extra.map((file) => `does not belong into the package: ${file}`),
  ];
}

/** vsce packs without a word when these are wrong. */
async function manifestProblems() {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const problems = [];
  for (const key of ["displayName", "description", "publisher", "license", "icon", "categories"]) {
    if (!manifest[key]) problems.push(`package.json has no "${key}"`);
  }
  const wanted = `^${manifest.devDependencies["@types/vscode"]}`;
  if (manifest.engines.vscode !== wanted) {
    problems.push(`engines.vscode is ${manifest.engines.vscode}, @types/vscode says ${wanted}`);
  }
  if (manifest.dependencies) problems.push("everything is bundled: no runtime dependencies");
  const icon = await readFile(join(root, "media/icon.png")).catch(() => null);
  // Width and height stand in the first chunk of a PNG.
  if (!icon || icon.readUInt32BE(16) < MIN_ICON || icon.readUInt32BE(20) < MIN_ICON) {
    problems.push(`media/icon.png is not a PNG of at least ${MIN_ICON} pixels`);
  }
  return problems;
}

async function sizeProblems() {
  const problems = [];
  for (const [file, most] of Object.entries(MAX_COMPRESSED_KIB)) {
    const kib = Math.ceil(gzipSync(await readFile(join(root, file))).length / 1024);
    if (kib > most) problems.push(`${file} has ${kib} KiB compressed, more than ${most}`);
  }
  return problems;
}

async function pack() {
  const file = "build/virtio-balloon-debugger.vsix";
  await mkdir(join(root, "build"), { recursive: true });
  const { code, output } = await runPackage("vsce", [
    "package",
    "--no-dependencies",
    "--no-rewrite-relative-links",
    "--allow-missing-repository",
    "--out",
    file,
  ]);
  if (code !== 0) {
    console.log(output);
    process.exitCode = 1;
    return;
  }
  const kib = Math.ceil((await stat(join(root, file))).size / 1024);
  if (kib > MAX_KIB) {
    console.log(`${file} has ${kib} KiB, more than ${MAX_KIB}: see what grew before raising this`);
    process.exitCode = 1;
    return;
  }
  console.log(`${file}, ${kib} KiB`);
}
