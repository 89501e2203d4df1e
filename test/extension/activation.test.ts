/**
 * What decides how long the extension takes to activate: how much code runs before `activate`
 * returns. `docs/performance.md` says how long that is; times are not asserted.
 */
import { build, type Metafile } from "esbuild";
import { describe, expect, test } from "vitest";

/** Minified, of both entries about 110 KiB. The language client would add 400. */
const MOST_KIB = 128;

const ENTRIES = {
  "src/extension/extension.ts": "node",
  "src/extension/web.ts": "browser",
} as const;

describe.each(Object.entries(ENTRIES))("%s", (entry, platform) => {
  const bundled = build({
    entryPoints: [entry],
    bundle: true,
    platform,
    format: "cjs",
    external: ["vscode"],
    minify: true,
    write: false,
    metafile: true,
    logLevel: "error",
  });

  test("loads nothing of the simulated machine, and the language client only when asked", async () => {
    const eager = loadedAtOnce((await bundled).metafile, entry);
    expect(eager).toContain("src/extension/register.ts");
    const late =
      /node_modules\/(?!jsep\/)|model-image|^src\/(?!base|extension|lesson|lsp|scenario)/;
    // Two lists of names, and no code.
    const lists = ["src/webview/protocol.ts"];
    expect(eager.filter((file) => late.test(file) && !lists.includes(file))).toEqual([]);
  });

  test("is small", async () => {
    const { metafile } = await bundled;
    const [output] = Object.values(metafile.outputs);
    const bytes = loadedAtOnce(metafile, entry).map(
      (file) => output?.inputs[file]?.bytesInOutput ?? 0,
    );
    const kib = bytes.reduce((sum, each) => sum + each, 0) / 1024;
    expect(kib).toBeGreaterThan(40);
    expect(kib).toBeLessThan(MOST_KIB);
  });
});

/** Files of a bundle that run when it is loaded: all but those behind an `import()`. */
function loadedAtOnce({ inputs }: Metafile, entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const { path, kind, external } of inputs[file]?.imports ?? [])
      if (kind !== "dynamic-import" && external !== true) found.add(path);
  }
  return [...found];
}
