import { formatPages, formatSize } from "../base/format.ts";
import { errors } from "./errors.ts";

/** How a client, or a suffix of an expression, wants numbers to be written. */
export type ValueFormat = "plain" | "hex" | "pages" | "bytes";

const suffixes: Readonly<Record<string, ValueFormat>> = {
  x: "hex",
  h: "hex",
  d: "plain",
  p: "pages",
  b: "bytes",
};

/** `vb->num_pages,x`: the expression and what follows its last comma, as debuggers have it. */
export function splitSuffix(expression: string): {
  expression: string;
  format: ValueFormat | null;
} {
  const [, head, letter] = /^(.*[^,\s])\s*,\s*([a-z])\s*$/s.exec(expression) ?? [];
  if (head === undefined || letter === undefined) return { expression, format: null };
  const format = Object.hasOwn(suffixes, letter) ? suffixes[letter]! : null;
  if (format === null) throw errors.unknownSuffix(letter);
  return { expression: head, format };
}

export function formatted(value: string, format: ValueFormat): string {
  switch (format) {
    case "plain":
      return value;
    case "hex":
      return inHex(value);
    case "pages":
    case "bytes": {
      // What is written as pages already begins with their number.
      const [, digits] = /^(\d+)(?: pages? \(.*\))?$/.exec(value) ?? [];
      if (digits === undefined) return value;
      return format === "pages" ? formatPages(Number(digits)) : formatSize(Number(digits));
    }
  }
}

/**
 * Each whole number of a value in hexadecimal. Left alone: text in quotes, names with digits,
 * lengths in brackets, and sizes and times, which are there to be read.
 */
function inHex(value: string): string {
  return value
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replace(number, hex)))
    .join("");
}

const number = /(?<![\w.[(-])-?\d+(?![\w.\]]|\s*(?:[KMGT]iB|B|ns|ms|s)\b)/g;

function hex(digits: string): string {
  const value = BigInt(digits);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
