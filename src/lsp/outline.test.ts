import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isMap, isScalar, isSeq, parseDocument, type Node } from "yaml";
import { outlineOf } from "./outline.ts";
import type { Entry, Path } from "./outline-entry.ts";

/** `path = value` for all entries that are or could be a value. */
function check(text: string, expected: readonly string[]): void {
  const { entries } = outlineOf(text);
  expect(entries.map((entry) => show(entry, text))).toEqual(expected);
}

function show({ path, style, value, text }: Entry, source: string): string {
  const raw = value === null ? "" : source.slice(value.start, value.end);
  const shown = style === "flow" ? raw : text;
  return `${path.join("/")} ${style}${shown === "" ? "" : ` ${shown}`}`;
}

const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
  ["nothing", "", []],
  ["comments", "# a\n\n  # b\n", []],
  ["a value", "name: a b # c\n", ["name plain a b"]],
  ["a colon in a value", "name: a:b: c\n", ["name plain a:b: c"]],
  ["a value of several lines", "about: a\n  b\nseed: 1", ["about plain a b", "seed plain 1"]],
  [
    "quotes",
    `name: "a # \\"b\\"" # c\nabout: 'it''s'`,
    [`name quoted a # "b"`, "about quoted it's"],
  ],
  ["a quote left open", `name: "a\nseed: 1`, ["name quoted a", "seed plain 1"]],
  ["a block of text", "about: >\n  a\n\n  b: c\nseed: 1", ["about block a b: c", "seed plain 1"]],
  [
    "a map",
    "guest:\n  memory: 1G\n  cpus: 2",
    ["guest none", "guest/memory plain 1G", "guest/cpus plain 2"],
  ],
  [
    "a list of maps",
    "timeline:\n  - run: cat big\n    name: a\n  - wait: 1s",
    [
      "timeline none",
      "timeline/0 none",
      "timeline/0/run plain cat big",
      "timeline/0/name plain a",
      "timeline/1 none",
      "timeline/1/wait plain 1s",
    ],
  ],
  [
    "a list in its key's column",
    "expect:\n- a == 1\n- b\nseed: 1",
    ["expect none", "expect/0 plain a == 1", "expect/1 plain b", "seed plain 1"],
  ],
  [
    "flow",
    "guest: { memory: 1G, files: { a: 1 } } # x\ndevice: {features: [a, b]}",
    [
      "guest flow { memory: 1G, files: { a: 1 } }",
      "guest/memory plain 1G",
      "guest/files flow { a: 1 }",
      "guest/files/a plain 1",
      "device flow {features: [a, b]}",
      "device/features flow [a, b]",
      "device/features/0 plain a",
      "device/features/1 plain b",
    ],
  ],
  [
    "a bracket left open",
    "device:\n  features: [a, b\n\nseed: 1",
    [
      "device none",
      "device/features flow [a, b",
      "device/features/0 plain a",
      "device/features/1 plain b",
      "seed plain 1",
    ],
  ],
  [
    "a key in the making",
    "guest:\n  mem\n  cpus: 2\nti",
    ["guest none", "guest/mem word", "guest/cpus plain 2", "ti word"],
  ],
  [
    "a key in the making below a value",
    "timeline:\n  - run: cat\n    na\n",
    ["timeline none", "timeline/0 none", "timeline/0/run plain cat", "timeline/0/na word"],
  ],
  [
    "an entry in the making",
    "timeline:\n  - ba\n  - \n",
    ["timeline none", "timeline/0 plain ba", "timeline/1 none"],
  ],
  [
    "a key in the making in flow",
    "guest: { memory: 1G, cp }",
    ["guest flow { memory: 1G, cp }", "guest/memory plain 1G", "guest/cp word"],
  ],
  ["Windows line ends", "guest:\r\n  cpus: 2\r\n", ["guest none", "guest/cpus plain 2"]],
];

test.each(cases)("finds %s", (_what, text, expected) => check(text, expected));

const scenarios = ["scenarios", "scenarios/reference"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => `${folder}/${name}`),
);

test.each(scenarios)("agrees with the YAML parser on %s", (file) => {
  const text = readFileSync(file, "utf8");
  const document = parseDocument(text, { schema: "failsafe" });
  expect(document.errors).toEqual([]);
  const found = outlineOf(text).entries.flatMap(({ path, value, style, text: read }) =>
    value === null || style === "flow" ? [] : [`${path.join("/")} ${value.start} ${read}`],
  );
  expect(found).toEqual(scalars(document.contents as Node | null, []));
});

test("comments are found", () => {
  const text = "# a\nname: x # b\nguest: { cpus: 1 } # c\n- # d\nabout: 'x' # e\n";
  const { comments } = outlineOf(text);
  expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual([
    "# a",
    "# b",
    "# c",
    "# d",
    "# e",
  ]);
});

test("an entry ends where what it holds does", () => {
  const text = "timeline:\n  - run: cat a\n    name: b\n\n# c\nseed: 1";
  const ends = outlineOf(text).entries.map(({ path, end }) => [
    path.join("/"),
    text.slice(end - 7, end),
  ]);
  expect(ends.slice(0, 2)).toEqual([
    ["timeline", "name: b"],
    ["timeline/0", "name: b"],
  ]);
});

function scalars(node: Node | null, path: Path): string[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) =>
      scalars(value as Node, [...path, isScalar(key) ? String(key.value) : ""]),
    );
  }
  if (isSeq(node)) return node.items.flatMap((item, i) => scalars(item as Node, [...path, i]));
  if (!isScalar(node) || node.value === "") return [];
  const quotes = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE" ? 1 : 0;
  return [
    `${path.join("/")} ${node.range![0] + quotes} ${String(node.value).trim().replace(/\s+/g, " ")}`,
  ];
}
