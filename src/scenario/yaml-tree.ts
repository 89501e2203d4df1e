/**
 * A YAML text as plain values that remember where they were written. Every scalar is a string
 * (YAML's failsafe schema): `0x40000000`, `1_000` and `yes` are read by our own parsers, which
 * know what is wanted at that place, and not by YAML's guesses.
 */
import { Composer, isAlias, isMap, isNode, isPair, isScalar, isSeq, Parser, visit } from "yaml";
import type { Document } from "yaml";
import { fileErrors } from "./errors.ts";
import { Positions, type Path } from "./positions.ts";
import { Report } from "./report.ts";
import type { Range } from "./types.ts";

export const MAX_TEXT_LENGTH = 262_144;
const MAX_DEPTH = 32;

/** Strings, lists and maps of them; maps have no prototype. */
export type TreeValue = string | TreeValue[] | { [key: string]: TreeValue };

export interface YamlTree {
  /** Null when the text has no usable tree. */
  readonly root: TreeValue | null;
  /** Messages about the YAML itself are already in it. */
  readonly report: Report;
  /** The text from the key at `path` to the end of its value, on one line. */
  pairText(path: Path): string;
  /** Range of the value at `path`, without the blank lines and comments behind it. */
  rangeOf(path: Path): Range;
}

/** Never throws. Anchors and aliases are refused, so a small text cannot unfold into a large tree. */
export function parseYaml(text: string): YamlTree {
  const positions = new Positions(text);
  const report = new Report(positions);
  if (text.length > MAX_TEXT_LENGTH) {
    report.atOffset(0, 0, fileErrors.tooLarge(text.length, MAX_TEXT_LENGTH));
    return treeOf(null, report, positions);
  }
  const tokens = [...new Parser().parse(text)];
  // The composer is recursive and V8 can die, not throw, of a regular expression compiled at the
  // end of the stack; so depth is measured before, with a loop.
  const deep = firstDeeperThan(MAX_DEPTH, tokens);
  if (deep !== null) {
    report.atOffset(deep, 1, fileErrors.tooDeep(MAX_DEPTH));
    return treeOf(null, report, positions);
  }
  const [document, second] = [
    ...new Composer({ schema: "failsafe", prettyErrors: false }).compose(tokens, true, text.length),
  ];
  if (document === undefined) return treeOf(null, report, positions);
  positions.root = isNode(document.contents) ? document.contents : null;
  reportProblems(document, second, text, report);
  const root = positions.root === null ? null : plain(positions.root);
  return treeOf(root, report, positions);
}

function treeOf(root: TreeValue | null, report: Report, positions: Positions): YamlTree {
  return {
    root,
    report,
    pairText: (path) => positions.pairText(path),
    rangeOf: (path) => positions.value(path),
  };
}

/** The deepest place beyond `limit`, found with a stack of our own. */
function firstDeeperThan(limit: number, tokens: readonly unknown[]): number | null {
  const todo = tokens.map((token) => ({ token, depth: 0 }));
  for (let entry = todo.pop(); entry !== undefined; entry = todo.pop()) {
    const { token, depth } = entry;
    if (typeof token !== "object" || token === null) continue;
    const { offset, items, key, value } = token as {
      offset?: unknown;
      items?: unknown;
      key?: unknown;
      value?: unknown;
    };
    if (depth > limit && typeof offset === "number") return offset;
    if (Array.isArray(items))
      for (const item of items as unknown[]) todo.push({ token: item, depth: depth + 1 });
    for (const child of [key, value]) todo.push({ token: child, depth });
  }
  return null;
}

function reportProblems(
  document: Document.Parsed,
  second: Document.Parsed | undefined,
  text: string,
  report: Report,
): void {
  for (const { code, message, pos } of document.errors) {
    report.atOffset(pos[0], pos[1] - pos[0], fileErrors.yaml(code, message));
  }
  if (second !== undefined)
    report.atOffset(second.range[0], 3, fileErrors.yaml("MULTIPLE_DOCS", ""));
  visit(document, (_key, node) => {
    if (!isNode(node) || node.range == null) return;
    const [start, end] = node.range;
    if (isAlias(node)) report.atOffset(start, end - start, fileErrors.alias(node.source));
    else if (node.tag !== undefined && !PLAIN_TAGS.has(node.tag)) {
      const tag = node.tag.replace(YAML_TAGS, "!!");
      const at = Math.max(text.lastIndexOf(tag, start), 0);
      report.atOffset(at, tag.length, fileErrors.tag(tag));
    }
  });
}

const YAML_TAGS = "tag:yaml.org,2002:";
/** What the failsafe schema itself gives to nodes. */
const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ["str", "map", "seq"].map((name) => YAML_TAGS + name),
);

/** Only keys that are scalars; others have been written by mistake and are reported as unknown. */
function plain(node: unknown): TreeValue {
  if (isScalar(node)) return typeof node.value === "string" ? node.value : "";
  if (isSeq(node)) return node.items.map(plain);
  if (!isMap(node)) return "";
  const result = Object.create(null) as { [key: string]: TreeValue };
  for (const pair of node.items) {
    if (isPair(pair) && isScalar(pair.key) && typeof pair.key.value === "string")
      result[pair.key.value] = plain(pair.value);
  }
  return result;
}
