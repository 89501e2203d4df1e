/** How a value of the kernel is written in one line, by its declared type. */
import { counted } from "../../base/format.ts";
import { formatMask } from "./flags.ts";
import { bareType, elementType, type KernelState, type Typed } from "./state.ts";

/** Summaries of structs stop before they fill a line. */
const SUMMARY_LENGTH = 72;

/** What the balloon counts in, whatever the guest's pages are. */
export const BALLOON_PAGE_BYTES = 4096;

export interface PageDescriber {
  /** `pfn 0x1a2b, balloon` */
  describePage(pfn: number): string;
}

export function formatValue(typed: Typed, state: KernelState, pages: PageDescriber): string {
  const { value } = typed;
  const type = bareType(typed.type);
  switch (typeof value) {
    case "number":
      if (type === "Page") return value < 0 ? "NULL" : pages.describePage(value);
      if (type === "PageCount") return formatPageCount(value, state.pageBytes());
      if (type === "BalloonPages") return formatPageCount(value, BALLOON_PAGE_BYTES);
      if (type === "dma_addr_t") return `0x${value.toString(16)}`;
      return formatMask(value, type, state) ?? String(value);
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "function":
      return `${state.functionName(value) ?? "function"}()`;
    case "undefined":
      return "not set yet";
    case "object":
      return value === null ? "NULL" : formatObject(value, type, state, pages);
    default:
      return String(value);
  }
}

/** `217088 pages (848 MiB)` */
export function formatPageCount(pages: number, pageBytes: number): string {
  return `${counted(pages, "page")} (${formatBytes(pages * pageBytes)})`;
}

/** In the largest binary unit that leaves at least one, with up to two decimals. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let amount = bytes;
  let unit = 0;
  while (Math.abs(amount) >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${Number(amount.toFixed(2))} ${units[unit]!}`;
}

function formatObject(
  value: object,
  type: string | null,
  state: KernelState,
  pages: PageDescriber,
): string {
  if (ArrayBuffer.isView(value)) {
    const { length } = value as Uint8Array;
    return `${value.constructor.name}[${length}]`;
  }
  if (Array.isArray(value)) return `${elementType(type) ?? "array"}[${value.length}]`;
  return summary(value as Record<string, unknown>, type, state, pages);
}

/** The first scalar fields, names first: `{comm: "memhog", pid: 12, …}`. */
function summary(
  object: Record<string, unknown>,
  type: string | null,
  state: KernelState,
  pages: PageDescriber,
): string {
  const fields = state.fields(type);
  const parts: string[] = [];
  let length = 0;
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (typeof value === "object" || typeof value === "function") continue;
    const fieldType = fields?.find((field) => field.name === name)?.type ?? null;
    const part = `${name}: ${formatValue({ value, type: fieldType }, state, pages)}`;
    length += part.length + 2;
    if (length > SUMMARY_LENGTH) {
      parts.push("…");
      break;
    }
    parts.push(part);
  }
  return `{${parts.join(", ")}}`;
}
