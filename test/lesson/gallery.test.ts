import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runToEnd } from "./run-to-end.ts";

const FOLDER = "scenarios/gallery";
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".balloon.yaml"));
const index = readFileSync(`${FOLDER}/README.md`, "utf8");

test("the index lists every scenario of the gallery", () => {
  const listed = [...index.matchAll(/^\| ([a-z][a-z-]+) +\|/gm)].map(([, name = ""]) => name);
  expect(listed.slice(1)).toEqual(files.map((name) => name.replace(".balloon.yaml", "")));
});

describe.each(files)("%s", (name) => {
  const text = readFileSync(`${FOLDER}/${name}`, "utf8");
  const [head = "", body = ""] = text.split(/^(?=name:)/m);

  test("says where it comes from and what to look at", () => {
    expect(head).toMatch(/^# Source: /m);
    expect(head).toMatch(/^# Look at /m);
  });

  test("what it expects holds, and its numbers are those of the run", async () => {
    const { diagnostics, result } = await runToEnd(text);
    // A warning is there to be looked at, or it is a mistake.
    const warns = /^# Look at the warning/m.test(text);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(warns ? ["warning"] : []);
    const { expect: outcomes } = result;
    expect(outcomes.length).toBeGreaterThan(2);
    expect(outcomes.filter(({ pass }) => !pass)).toEqual([]);

    const seen = outcomes.map(({ actual }) => actual).join("\n") + body;
    const unknown = numbersIn(head).filter((number) => !(number in NOT_OF_THE_RUN));
    expect(unknown.filter((number) => !isSeen(number, seen))).toEqual([]);
  });
});

/** What a text says that no expectation has. */
const NOT_OF_THE_RUN: Readonly<Record<string, string>> = {
  "2 MiB": "the order of a report",
  "52 MiB": "with another kernel, as the next test shows",
};

test("a kernel that knows page reporting leaves the host what the text says", async () => {
  const text = readFileSync(`${FOLDER}/unknown-feature.balloon.yaml`, "utf8");
  const { result } = await runToEnd(text, "v5.7");
  const rss = result.expect.find(({ text: expected }) => expected.startsWith("host.rss"));
  expect(rss?.actual).toMatch(/^host\.rss = \d+$/);
  expect(isSeen("52 MiB", rss?.actual ?? "")).toBe(true);
});

/** In what to look at: amounts in MiB, and numbers so large that they are written with commas. */
function numbersIn(head: string): string[] {
  const [, lookAt = ""] = head.replace(/\n# ?/g, " ").split(/\bLook at /);
  return lookAt.match(/\b[\d,]+ MiB\b|\b\d{1,3}(?:,\d{3})+\b/g) ?? [];
}

/** As a number or an amount; a number of pages may be told in MiB. */
function isSeen(number: string, seen: string): boolean {
  const value = Number(number.replace(/[, MiB]/g, ""));
  const isAmount = number.endsWith("MiB");
  return [...seen.matchAll(/\b(\d+)(MiB)?\b/g)].some(([, digits, unit]) => {
    const other = Number(digits);
    return isAmount && unit === undefined ? Math.round(other / 256) === value : other === value;
  });
}
