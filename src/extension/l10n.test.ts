import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";

const files = readdirSync("src/extension").filter((name) => /(?<!\.test)\.ts$/.test(name));

/** First argument of every `l10n.t("…")` and `t("…")` in the extension. */
function textsInSources(): string[] {
  const call = /\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g;
  return files
    .flatMap((name) => [...readFileSync(`src/extension/${name}`, "utf8").matchAll(call)])
    .map(([, literal = ""]) => unquote(literal));
}

function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  return literal.startsWith("'") ? inner.replaceAll("\\'", "'") : (JSON.parse(literal) as string);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

test("the bundle for translators has exactly the texts of the sources (UPDATE_GOLDEN=1 rewrites it)", () => {
  const texts = [...new Set(textsInSources())].sort();
  const bundle = Object.fromEntries(texts.map((text) => [text, text]));
  expect(texts.length).toBeGreaterThan(40);
  const path = "l10n/bundle.l10n.json";
  if (process.env["UPDATE_GOLDEN"] === "1")
    writeFileSync(path, `${JSON.stringify(bundle, null, 2)}\n`);
  expect(readJson(path)).toEqual(bundle);
});

test("package.json and package.nls.json name the same texts", () => {
  const used = [...readFileSync("package.json", "utf8").matchAll(/"%([^%"]+)%"/g)].map(
    ([, key = ""]) => key,
  );
  expect([...new Set(used)].sort()).toEqual(
    Object.keys(readJson("package.nls.json") as object).sort(),
  );
});

/** What users read begins right there, and not with a call of `t`. */
const UNTRANSLATED = [
  /\b(?:show\w+Message|setStatusBarMessage|new Error|MarkdownString)\(\s*["'`][^"'`]*/g,
  /\b(?:title|placeHolder|placeholder|tooltip|openLabel|detail|prompt)(?::| =)\s*["'`](?!\$\{)[^"'`]*/g,
];

test("what users read is written for translators, not in place", () => {
  const found = files.flatMap((name) => {
    const text = readFileSync(`src/extension/${name}`, "utf8");
    return UNTRANSLATED.flatMap((each) => [...text.matchAll(each)].map(([found]) => found));
  });
  expect(found).toEqual([]);
});
