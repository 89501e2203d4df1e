/**
 * Small programs and everything the compiler makes of them. Each `.golden` file holds its own
 * source; `UPDATE_GOLDEN=1` rewrites what follows it, and the diff is to be read.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { SiteInfo } from "../../../src/base/kernel-image.ts";
import { printBodies } from "../../../src/compiler/emit.ts";
import { compileProgram } from "../../../src/compiler/index.ts";
import { declarations, testOptions } from "../../laws/compiler-kernel.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const update = process.env["UPDATE_GOLDEN"] === "1";
const DIVIDER = "\n=== compiled ===\n";

const files = readdirSync(folder).filter((name) => !name.endsWith(".test.ts"));

test.each(files)("%s", (name) => {
  expect(name).toMatch(/\.golden$/);
  const text = readFileSync(folder + name, "utf8");
  const source = text.split(DIVIDER)[0]!;
  const actual = source + DIVIDER + compiled(source);
  if (update) writeFileSync(folder + name, actual);
  else expect(actual).toBe(text);
});

/** Every body of every function, then the debug information, one line a site. */
function compiled(source: string): string {
  const sources = splitFiles(source);
  const { program, model } = compileProgram(sources, testOptions);
  expect(program.diagnostics.sorted()).toEqual([]);
  const { debug } = model!;
  const bodies = program.functions.map((fn) => printBodies(program, fn));
  const functions = debug.functions.map((fn) => {
    const params = fn.params.map((param) => `${param.name}: ${param.type}`).join(", ");
    const sleeps = fn.maySleep ? " may sleep" : "";
    const calls = fn.callees.length > 0 ? ` calls ${fn.callees.join(" ")}` : "";
    const doc = fn.doc === "" ? "" : ` "${fn.doc}"`;
    return `fn ${fn.id} ${debug.files[fn.file]} ${fn.name}(${params}): ${fn.returns}${sleeps}${calls}${doc}`;
  });
  const globals = debug.globals.map((item) => `${item.kind} ${item.name}: ${item.type}`);
  const structs = Object.entries(debug.structs).map(
    ([name, fields]) =>
      `struct ${name} { ${fields.map((field) => `${field.name}: ${field.type}`).join("; ")} }`,
  );
  const sites = debug.sites.flatMap((site) => (site === null ? [] : [siteLine(sources, site)]));
  function siteLine(from: Record<string, string>, site: SiteInfo): string {
    const fn = debug.functions[site.fn]!;
    const lines = from[`model/${debug.files[fn.file]}`]!.split("\n");
    const end = site.endLine === site.line ? site.endColumn : undefined;
    const shown = lines[site.line]!.slice(site.column, end);
    const locals = site.visible.map(
      (v) => `${v.name === "" ? "-" : v.name}${v.type === null ? "" : `: ${v.type}`}`,
    );
    const kind = site.kind === "call" ? (site.suspendsInFast ? "call*" : "call") : "stmt";
    return `${site.id} ${fn.name} ${kind} \`${shown}\` [${locals.join(", ")}]`;
  }
  return [...bodies, ...structs, ...globals, ...functions, ...sites].join("\n") + "\n";
}

/** `// file: a.ts` begins a file; the externals are there for all. */
function splitFiles(source: string): Record<string, string> {
  const parts = source.split(/^\/\/ file: (.*)\n/m).slice(1);
  const found: Record<string, string> = { "model/externals.ts": declarations };
  for (let i = 0; i < parts.length; i += 2) found[`model/${parts[i]!}`] = parts[i + 1]!;
  return found;
}
