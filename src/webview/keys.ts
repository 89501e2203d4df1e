import { moved, zoomed, type TimeRange } from "./view-range.ts";

export type KeyAction =
  | { readonly kind: "cursor"; readonly time: number }
  | { readonly kind: "zoom"; readonly range: TimeRange | null }
  | { readonly kind: "seek"; readonly time: number };

export interface KeyContext {
  readonly range: TimeRange;
  readonly whole: TimeRange;
  readonly cursor: number | null;
}

type Key = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** What a key means on a plot; null for one that means nothing here. */
export function keyAction(key: Key, { range, whole, cursor }: KeyContext): KeyAction | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null;
  const span = range.end - range.start;
  const step = span * (key.shiftKey ? 0.1 : 0.01);
  const at = cursor ?? range.end;
  switch (key.key) {
    case "ArrowLeft":
      return { kind: "cursor", time: at - step };
    case "ArrowRight":
      return { kind: "cursor", time: at + step };
    case "Home":
      return { kind: "cursor", time: whole.start };
    case "End":
      return { kind: "cursor", time: whole.end };
    case "PageUp":
      return { kind: "zoom", range: moved(range, -span / 2, whole) };
    case "PageDown":
      return { kind: "zoom", range: moved(range, span / 2, whole) };
    case "+":
    case "=":
      return { kind: "zoom", range: zoomed(range, 0.5, at, whole) };
    case "-":
      return { kind: "zoom", range: zoomed(range, 2, at, whole) };
    case "0":
      return { kind: "zoom", range: null };
    case "Enter":
      return cursor === null ? null : { kind: "seek", time: Math.round(cursor) };
    default:
      return null;
  }
}
