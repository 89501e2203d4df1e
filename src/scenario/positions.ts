/** Where things stand in a scenario's text. Lines and columns count from zero. */
import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, visit } from "yaml";
import type { Node, Pair } from "yaml";
import { Lines } from "../base/lines.ts";
import type { Range } from "./types.ts";

/** Keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** Finds the places of values and keys in the text. */
export class Positions {
  root: Node | null = null;
  readonly #text: string;
  readonly #lines: Lines;

  constructor(text: string) {
    this.#text = text;
    // The YAML parser's own counter misses line ends inside what it cannot make sense of.
    this.#lines = new Lines(text);
  }

  /** Of the value at `path`, or of the nearest thing around it that exists. */
  value(path: Path): Range {
    const [start, end] = this.#valueOffsets(path);
    return this.range(start, end);
  }

  /** Of the key at the end of `path`; the place where the value starts if there is no key. */
  key(path: Path): Range {
    const key = this.#pair(path)?.key;
    if (isNode(key) && key.range) return this.range(key.range[0], key.range[1]);
    const [start] = this.#valueOffsets(path);
    return this.range(start, start);
  }

  /**
   * Of `length` characters at `offset` of the scalar at `path`. A scalar with escapes or line
   * breaks does not stand in the text as it reads; then it is the whole of it, not exact.
   */
  inside(path: Path, offset: number, length: number): { range: Range; exact: boolean } {
    const [start, end] = this.#valueOffsets(path);
    const node = this.#node(path);
    const text = isScalar(node) && typeof node.value === "string" ? node.value : null;
    const first = text === null ? -1 : this.#text.slice(start, end).indexOf(text);
    if (first < 0) return { range: this.range(start, end), exact: false };
    const from = Math.min(start + first + offset, end);
    return { range: this.range(from, Math.min(from + length, end)), exact: true };
  }

  range(start: number, end: number): Range {
    const from = this.#lines.at(start);
    const to = this.#lines.at(Math.max(start, end));
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  pairText(path: Path): string {
    const key = this.#pair(path)?.key;
    const start = isNode(key) ? key.range?.[0] : undefined;
    const [valueStart, end] = this.#valueOffsets(path);
    return this.#text
      .slice(start ?? valueStart, end)
      .replace(/\s+/g, " ")
      .trim();
  }

  #valueOffsets(path: Path): [number, number] {
    for (let length = path.length; length >= 0; length--) {
      const offsets = offsetsOf(this.#node(path.slice(0, length)));
      if (offsets !== null) return offsets;
    }
    return [0, 0];
  }

  #node(path: Path): Node | null {
    let node: Node | null = this.root;
    for (const key of path) {
      const next: unknown = isSeq(node)
        ? node.items[Number(key)]
        : isMap(node)
          ? pairOf(node.items, key)?.value
          : null;
      if (!isNode(next)) return null;
      node = next;
    }
    return node;
  }

  #pair(path: Path): Pair | null {
    const parent = this.#node(path.slice(0, -1));
    const key = path.at(-1);
    return isMap(parent) && key !== undefined ? pairOf(parent.items, key) : null;
  }
}

function pairOf(pairs: readonly Pair[], key: string | number): Pair | null {
  return pairs.find((pair) => isScalar(pair.key) && pair.key.value === key) ?? null;
}

/** A collection's own range runs on over comments, so its end is that of its last scalar. */
function offsetsOf(node: Node | null): [number, number] | null {
  if (node?.range == null) return null;
  const [start] = node.range;
  let end = node.range[1];
  if (isCollection(node) && !node.flow) {
    end = start;
    visit(node, (_key, inner) => {
      if ((isScalar(inner) || isAlias(inner)) && inner.range != null)
        end = Math.max(end, inner.range[1]);
    });
  }
  return [start, end];
}
