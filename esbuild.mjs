/**
 * Builds everything that runs: the model image first, then the bundles that embed it.
 * `node esbuild.mjs [--minify] [--watch]`
 */
import { chmod, copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { watch as watchFiles } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { ensureModelImage } from "./tools/fresh-image.mjs";
import { writeModelSources } from "./tools/model-sources.mjs";
import { thirdPartyNotices } from "./tools/notices.mjs";

const root = dirname(fileURLToPath(import.meta.url));

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  target: "es2022",
  legalComments: "external",
  metafile: true,
  logLevel: "warning",
};

/** CommonJS has no `import.meta.url`; sources that ask for it get the bundle's own address. */
const moduleUrl = {
  define: { "import.meta.url": "$moduleUrl" },
  js: 'const $moduleUrl = require("node:url").pathToFileURL(__filename).href;',
};

/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  define: moduleUrl.define,
  banner: { js: moduleUrl.js },
};

/** @type {esbuild.BuildOptions} */
const browser = {
  ...common,
  platform: "browser",
  // Some packages look at `process.env`; a browser has none.
  define: { "process.env.NODE_ENV": '"production"' },
};

/** Entry point by output file in `dist`. @type {Record<string, esbuild.BuildOptions & { entry: string }>} */
const bundles = {
  "extension.js": { ...node, entry: "src/extension/extension.ts" },
  // The web extension host wraps the file in a function with `module`, `exports` and `require`.
  "web.js": { ...browser, entry: "src/extension/web.ts", format: "cjs", external: ["vscode"] },
  "adapter-worker.js": { ...node, entry: "src/dap/worker-node.ts" },
  "adapter-worker.web.js": { ...browser, entry: "src/dap/worker-web.ts", format: "iife" },
  "lsp-server.js": { ...node, entry: "src/lsp/node.ts" },
  "lsp-server.web.js": { ...browser, entry: "src/lsp/web.ts", format: "iife" },
  "cli.js": {
    ...node,
    entry: "src/cli/main.ts",
    banner: { js: `#!/usr/bin/env node\n${moduleUrl.js}` },
  },
  // Their style sheets come out beside them, as `chart.css` and so on.
  "chart.js": { ...browser, entry: "src/webview/chart.ts", format: "iife" },
  "rings.js": { ...browser, entry: "src/webview/rings.ts", format: "iife" },
  "page-map.js": { ...browser, entry: "src/webview/page-map.ts", format: "iife" },
  "comparison.js": { ...browser, entry: "src/webview/comparison.ts", format: "iife" },
  "lesson.js": { ...browser, entry: "src/webview/lesson.ts", format: "iife" },
};

/** Helper extension of the embedded editor; no part of the product. */
async function buildSampleWorkspace() {
  await esbuild.build({
    ...browser,
    metafile: false,
    format: "cjs",
    external: ["vscode"],
    entryPoints: ["tools/web-host/workspace/extension.ts"],
    outfile: "build/sample-workspace/extension.js",
  });
  for (const name of ["package.json", "package.nls.json"]) {
    await copyFile(
      join(root, "tools/web-host/workspace", name),
      join(root, "build/sample-workspace", name),
    );
  }
}

/**
 * Builds all of `build/` and `dist/`. With `watch` it returns once the first build is done and
 * goes on building until the process ends.
 *
 * @param {{ minify?: boolean, watch?: boolean, log?: (line: string) => void }} [options]
 * @throws when a source does not compile; the messages are on stderr by then
 */
export async function build(options = {}) {
  const log = options.log ?? (() => {});
  await ensureModelImage({ root, log });
  await mkdir(join(root, "dist"), { recursive: true });
  await writeModelSources({ root, log });
  const metafiles = [];
  for (const [outfile, { entry, ...settings }] of Object.entries(bundles)) {
    const context = await esbuild.context({
      ...settings,
      entryPoints: [entry],
      outfile: `dist/${outfile}`,
      minify: options.minify ?? false,
      // Maps are not in the package.
      sourcemap: options.minify ? false : "linked",
    });
    const result = await context.rebuild();
    metafiles.push(/** @type {esbuild.Metafile} */ (result.metafile));
    log(`dist/${outfile}`);
    if (options.watch) await context.watch();
    else await context.dispose();
  }
  await buildSampleWorkspace();
  await chmod(join(root, "dist/cli.js"), 0o755);
  await writeFile(
    join(root, "dist/ThirdPartyNotices.txt"),
    await thirdPartyNotices({ root, metafiles }),
  );
  if (options.watch) watchModel(log);
  else await removeStale(metafiles);
}

/** What an earlier build left in `dist/`: maps, bundles that are no more. */
async function removeStale(/** @type {esbuild.Metafile[]} */ metafiles) {
  const made = new Set(["dist/model-sources.json", "dist/ThirdPartyNotices.txt"]);
  for (const { outputs } of metafiles) for (const file of Object.keys(outputs)) made.add(file);
  for (const name of await readdir(join(root, "dist"))) {
    if (!made.has(`dist/${name}`)) await rm(join(root, "dist", name), { recursive: true });
  }
}

/** The bundles watch `build/model-image.mjs` themselves; this renews it. */
function watchModel(/** @type {(line: string) => void} */ log) {
  let pending = Promise.resolve();
  for (const folder of ["src/model", "src/compiler"]) {
    watchFiles(join(root, folder), { recursive: true }, () => {
      pending = pending
        .then(() => ensureModelImage({ root, log }))
        .then(() => writeModelSources({ root, log }))
        .catch((error) => log(error instanceof Error ? error.message : String(error)));
    });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => flag !== "--minify" && flag !== "--watch");
  if (unknown.length > 0) {
    console.error(`Unknown option ${unknown.join(" ")}. Known are --minify and --watch.`);
    process.exit(2);
  }
  try {
    await build({
      minify: flags.includes("--minify"),
      watch: flags.includes("--watch"),
      log: (line) => console.log(line),
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
