/** Amounts in other words: `53GB` is 12,939,453 pages, 49.36 GiB. */
import { formatCount, formatDuration, formatSize } from "../base/format.ts";
import { PAGE_SIZE, parseDuration, parsePages, parseRate, parseSize } from "../base/units.ts";
import type { AmountKind } from "./tokens.ts";

/** What an amount comes to, in Markdown; null when it cannot be read or says it all itself. */
export function explainAmount(text: string, kind: AmountKind): string | null {
  switch (kind) {
    case "size":
    case "file-size":
      return explainSize(text, kind);
    case "rate": {
      const rate = parseRate(text);
      if (!rate.ok) return null;
      return `${formatCount(rate.value)} pages a second, ${formatSize(rate.value * PAGE_SIZE)}/s`;
    }
    case "duration": {
      const time = parseDuration(text);
      return time.ok ? `${formatDuration(time.value)}, ${formatCount(time.value)} ns` : null;
    }
    case "integer":
      return /^\d{5,15}$/.test(text) ? formatCount(Number(text)) : null;
  }
}

/** Pages for an inlay hint behind a size; null for one in pages already. */
export function hintFor(text: string, kind: AmountKind): string | null {
  if ((kind !== "size" && kind !== "file-size") || /pages?$/.test(text)) return null;
  const pages = parsePages(text, kind === "size" ? "down" : "up");
  if (!pages.ok || pages.value === 0) return null;
  const decimal = /[kKMGT]B$/.test(text) ? `, ${formatSize(pages.value * PAGE_SIZE)}` : "";
  return `= ${formatCount(pages.value)} pages${decimal}`;
}

function explainSize(text: string, kind: "size" | "file-size"): string | null {
  const bytes = parseSize(text);
  const pages = parsePages(text, kind === "size" ? "down" : "up");
  if (!bytes.ok || !pages.ok) return null;
  const used = pages.value * PAGE_SIZE;
  const rounded =
    used === bytes.value
      ? ""
      : used < bytes.value
        ? ". What does not fill a page is left out"
        : ". A started page takes a whole one";
  return (
    `${formatCount(pages.value)} pages of 4 KiB = ${formatSize(bytes.value)} ` +
    `= ${formatCount(bytes.value)} bytes${rounded}`
  );
}
