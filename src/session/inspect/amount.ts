/** What somebody writes into a field of the Variables view, where values are shown with more than a number. */
import { parseExpression } from "../../scenario/expression.ts";
import { BALLOON_PAGE_BYTES } from "./format.ts";
import { bareType, type KernelState } from "./state.ts";

/** For a value that counts pages: of `700 MiB`, or `179200 pages (700 MiB)`. Null: neither. */
export function pagesIn(text: string, pageBytes: number): number | null {
  const [, shown] = /^\s*(\d+) pages?(?:\s*\(.*\))?\s*$/.exec(text) ?? [];
  if (shown !== undefined) return Number(shown);
  const parsed = parseExpression(text);
  if (!parsed.ok) return null;
  const { root } = parsed.expression;
  const isSize = root.kind === "number" && root.unit === "bytes";
  return isSize ? Math.floor(Number(root.value) / pageBytes) : null;
}

/** `0xcc0` of `0xcc0 (GFP_KERNEL)`: a number that is followed by what it means. */
export function withoutMeaning(text: string): string {
  return /^\s*(0x[\da-f]+|\d+)\s+\(.*\)\s*$/i.exec(text)?.[1] ?? text;
}

/** Bytes of what a value of this type counts; null when it counts no pages. */
export function pageBytesOf(type: string | null, state: KernelState): number | null {
  const bare = bareType(type);
  if (bare === "PageCount") return state.pageBytes();
  return bare === "BalloonPages" ? BALLOON_PAGE_BYTES : null;
}
