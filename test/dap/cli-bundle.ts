import { join } from "node:path";
import * as esbuild from "esbuild";

const root = process.cwd();

/** Bundles the adapter for a worker thread or a web worker; returns the file. */
export async function bundleWorker(kind: "node" | "web"): Promise<string> {
  const outfile = join(root, `build/worker-${kind}-under-test.cjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [`src/dap/worker-${kind}.ts`],
    outfile,
    bundle: true,
    platform: kind === "node" ? "node" : "browser",
    format: kind === "node" ? "cjs" : "iife",
    logLevel: "error",
  });
  return outfile;
}

/**
 * Bundles the command line as it stands, for tests that start a real process; returns the file.
 * It is called `balloon dap` without arguments, since `DebugClient` passes none. Test files run at
 * the same time, so those with a bundle of their own give it a name.
 */
export async function bundleCli(name = "cli-under-test"): Promise<string> {
  const outfile = join(root, `build/${name}.cjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["src/cli/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "error",
    define: { "import.meta.url": "$moduleUrl" },
    banner: {
      js: [
        'const $moduleUrl = require("node:url").pathToFileURL(__filename).href;',
        'if (process.argv.length === 2) process.argv.push("dap");',
      ].join("\n"),
    },
  });
  return outfile;
}
