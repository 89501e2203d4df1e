/** How numbers are shown to people. Input is integers; rounding is half up, on integers. */
import { PAGE_SIZE } from "./units.ts";

/** `217,088 pages (848 MiB)`. */
export function formatPages(pages: number): string {
  return `${formatCount(pages)} ${pages === 1 ? "page" : "pages"} (${formatSize(pages * PAGE_SIZE)})`;
}

/** Bytes in the largest binary unit that they fill, with at most two decimals: `49.36 GiB`. */
export function formatSize(bytes: number): string {
  const unit = SIZES.find(([size]) => bytes >= size);
  if (unit === undefined) return `${bytes} B`;
  const [size, name] = unit;
  return `${hundredths(bytes, size)} ${name}`;
}

/** Nanoseconds, exactly, so that `parseDuration` reads the same back: `1m30s`, `1.5s`, `200ms`. */
export function formatDuration(ns: number): string {
  const seconds = Math.floor(ns / 1_000_000_000);
  if (seconds < 60) return formatBelowMinute(ns);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = ns - (hours * 3600 + minutes * 60) * 1_000_000_000;
  return (
    (hours > 0 ? `${hours}h` : "") +
    (minutes > 0 ? `${minutes}m` : "") +
    (rest > 0 ? formatBelowMinute(rest) : "")
  );
}

/** `1 page`, `2 pages`, `0 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `12,939,453`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

const SIZES: readonly (readonly [number, string])[] = [
  [2 ** 40, "TiB"],
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
];

const DURATIONS: readonly (readonly [number, string])[] = [
  [1_000_000_000, "s"],
  [1_000_000, "ms"],
  [1000, "us"],
  [1, "ns"],
];

function formatBelowMinute(ns: number): string {
  const unit = DURATIONS.find(([size]) => ns >= size);
  if (unit === undefined) return "0s";
  const [size, name] = unit;
  const fraction = String(ns % size)
    .padStart(String(size).length - 1, "0")
    .replace(/0+$/, "");
  return `${Math.floor(ns / size)}${fraction === "" ? "" : `.${fraction}`}${name}`;
}

/** `value / unit` with two decimals and no trailing zeros; exact before the rounding. */
function hundredths(value: number, unit: number): string {
  const scaled = (BigInt(value) * 100n + BigInt(unit) / 2n) / BigInt(unit);
  const fraction = String(scaled % 100n)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return `${formatCount(Number(scaled / 100n))}${fraction === "" ? "" : `.${fraction}`}`;
}
