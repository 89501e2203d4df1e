import { parse } from "@babel/parser";
import type * as t from "@babel/types";
import { MARK } from "./code.ts";
import { compareText, type Diagnostics } from "./diagnostics.ts";
import type { SourceFile } from "./program.ts";

/** Files in order of their keys; those with syntax errors are reported and left out. */
export function parseFiles(
  sources: Readonly<Record<string, string>>,
  diagnostics: Diagnostics,
): SourceFile[] {
  const files: SourceFile[] = [];
  for (const key of Object.keys(sources).sort(compareText)) {
    const text = sources[key]!;
    const ast = parseFile(key, text, diagnostics);
    if (ast !== null) files.push(newFile(key, text, ast));
  }
  return files;
}

function parseFile(key: string, text: string, diagnostics: Diagnostics): t.File | null {
  const marker = text.indexOf(MARK);
  if (marker >= 0) {
    const before = text.slice(0, marker).split("\n");
    const message = "a control character is not allowed here: write an escape such as \\x01";
    diagnostics.add(key, before.length - 1, before.at(-1)!.length, message);
    return null;
  }
  try {
    return parse(text, { sourceType: "module", plugins: ["typescript"] });
  } catch (error) {
    const { loc, message } = error as { loc?: t.SourceLocation["start"]; message: string };
    const sentence = message.replace(/ \(\d+:\d+\)$/, "");
    diagnostics.add(key, (loc?.line ?? 1) - 1, loc?.column ?? 0, sentence);
    return null;
  }
}

function newFile(key: string, text: string, ast: t.File): SourceFile {
  return {
    key,
    path: key.replace(/^model\//, ""),
    index: -1,
    text,
    ast,
    scope: new Map(),
    exports: new Map(),
    imports: [],
    dependencies: [],
    types: new Set(),
  };
}
