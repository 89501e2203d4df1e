import { expect, test } from "vitest";
import { formatLink, parseLink, type MarkLink } from "./mark-link.ts";

const LINK: MarkLink = {
  scenario: "a b/ü.balloon.yaml",
  text: "a".repeat(64),
  mark: { dispatch: 5602, statement: 56 },
  fingerprint: "9ba07d36b7e310a6",
};
const BASE = "vscode://publisher.name";

test.each<readonly [string, MarkLink]>([
  ["no more than it must", LINK],
  ["a kernel, a seed and a variant", { ...LINK, kernel: "v4.19", seed: 2, variant: "v4.19, 1GiB" }],
])("a link with %s comes back as it was", (_what, link) => {
  expect(parseLink(formatLink(BASE, link))).toEqual(link);
});

test.each(["a+b & c#1.balloon.yaml", "50%.balloon.yaml", "%2B.balloon.yaml", "a b/ü.balloon.yaml"])(
  "%s comes through, with and without VS Code between",
  (scenario) => {
    const link = formatLink(BASE, { ...LINK, scenario });
    expect(parseLink(link)?.scenario).toBe(scenario);
    if (!scenario.startsWith("%"))
      expect(parseLink(decodeURIComponent(link))?.scenario).toBe(scenario);
  },
);

test("a link is an address", () => {
  expect(formatLink(BASE, LINK)).toBe(
    `${BASE}/mark?scenario=a+b%2F%C3%BC.balloon.yaml&at=5602.56&state=9ba07d36b7e310a6&text=${LINK.text}`,
  );
});

const good = formatLink(BASE, LINK);

test.each<readonly [string, string]>([
  ["another path", good.replace("/mark?", "/else?")],
  ["no scheme", good.replace("vscode:", "")],
  ["no scenario", good.replace(/scenario=[^&]*/, "")],
  ["no mark", good.replace("at=5602.56", "at=5602")],
  ["a mark below zero", good.replace("at=5602", "at=-1")],
  ["no fingerprint", good.replace("state=9", "state=x")],
  ["a text cut short", good.slice(0, -1)],
  ["a seed that is none", `${good}&seed=x`],
  ["nothing", ""],
])("%s is no link", (_what, text) => {
  expect(parseLink(text)).toBeNull();
});

test("blanks around it, and another editor, do not matter", () => {
  expect(parseLink(` ${good.replace("vscode:", "vscodium:")}\n`)).toEqual(LINK);
});
