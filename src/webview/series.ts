/** How series and events look. Dashes and shapes tell them apart where colours do not. */
import { seriesKind } from "./expressions.ts";
import type { ChartTexts } from "./protocol.ts";
import type { ThemeColor } from "./theme.ts";

export interface SeriesStyle {
  /** Column of the samples. */
  readonly column: string;
  readonly label: string;
  readonly color: ThemeColor;
  readonly width: number;
  readonly dash: readonly number[];
  /**
   * How two samples are joined: by a line; by the earlier value until the later sample (a target);
   * by the later value, which is about the time since the earlier sample (a rate).
   */
  readonly join: "line" | "earlier" | "later";
  /** Faintly filled down to zero. */
  readonly filled: boolean;
}

type Look = Pick<SeriesStyle, "color" | "dash"> & {
  readonly width?: number;
  readonly filled?: boolean;
  readonly label?: keyof ChartTexts;
};

/** Those that nearly every chart shows look the same in all of them, and have names of our own. */
const KNOWN: Readonly<Record<string, Look>> = {
  balloon_pages: { label: "balloon", color: "blue", dash: [], width: 2, filled: true },
  balloon_target: { label: "target", color: "foreground", dash: [6, 4], width: 1 },
  nr_free_pages: { label: "free", color: "green", dash: [2, 2] },
  nr_file_pages: { label: "cache", color: "orange", dash: [12, 3] },
  balloon_inflate: { label: "inflate", color: "blue", dash: [], filled: true },
  balloon_deflate: { label: "deflate", color: "red", dash: [6, 3] },
};

/** For all others, in turn, as far as the plot does not use them yet. */
const LOOKS: readonly Look[] = [
  { color: "orange", dash: [] },
  { color: "purple", dash: [8, 2, 2, 2] },
  { color: "red", dash: [6, 3] },
  { color: "green", dash: [2, 2] },
  { color: "yellow", dash: [12, 3] },
  { color: "blue", dash: [4, 4] },
  { color: "foreground", dash: [1, 3] },
  { color: "orange", dash: [12, 3, 2, 3] },
  { color: "purple", dash: [] },
  { color: "red", dash: [1, 2] },
  { color: "green", dash: [10, 4] },
  { color: "yellow", dash: [3, 3] },
];

/** Styles of the series of one plot, no two alike as long as there are looks; colours differ first. */
export function stylesOf(
  columns: readonly string[],
  texts: ChartTexts,
  totals: "rates" | "sums",
): SeriesStyle[] {
  const keyOf = ({ color, dash }: Look): string => `${color} ${dash.join(" ")}`;
  const used = new Set<string>();
  const colors = new Set<ThemeColor>();
  for (const column of columns) {
    const known = lookOf(column);
    if (known === undefined) continue;
    used.add(keyOf(known));
    colors.add(known.color);
  }
  return columns.map((column, index) => {
    const isFree = (each: Look): boolean => !used.has(keyOf(each));
    const free =
      LOOKS.find((each) => isFree(each) && !colors.has(each.color)) ??
      LOOKS.find(isFree) ??
      LOOKS[index % LOOKS.length];
    const look = lookOf(column) ?? free ?? { color: "foreground", dash: [] };
    used.add(keyOf(look));
    colors.add(look.color);
    const total = seriesKind(column).kind === "total";
    const { color, dash, width = 1.5, filled = false, label } = look;
    return {
      column,
      label: label === undefined ? column : texts[label],
      color,
      dash,
      width,
      filled,
      join:
        total && totals === "rates" ? "later" : column === "balloon_target" ? "earlier" : "line",
    };
  });
}

/** Looks of `count` lines that are of the same kind, no two alike as long as there are looks. */
export function looksOf(count: number): readonly Pick<SeriesStyle, "color" | "dash">[] {
  const looks: readonly Look[] = [{ color: "blue", dash: [] }, ...LOOKS];
  return Array.from({ length: count }, (_none, index) => {
    const { color, dash } = looks[index % looks.length]!;
    return { color, dash };
  });
}

function lookOf(column: string): Look | undefined {
  return Object.hasOwn(KNOWN, column) ? KNOWN[column] : undefined;
}

/** Not an event of the guest: the debugger has stopped there. */
export const STOP = "stop";

export type MarkerShape = "triangle" | "cross" | "ring" | "diamond" | "bar" | "square";

export interface MarkerStyle {
  /** Name of the event. */
  readonly event: string;
  readonly label: keyof ChartTexts;
  /** What one such event was; `{0}` is its first argument. */
  readonly detail: keyof ChartTexts;
  readonly argument: "pages" | "number" | "step" | "none";
  readonly color: ThemeColor;
  readonly shape: MarkerShape;
  readonly glyph: string;
  /** Rare enough for a line across both plots. */
  readonly line: boolean;
}

export const MARKERS: readonly MarkerStyle[] = [
  {
    event: STOP,
    label: "stop",
    detail: "stopDetail",
    argument: "none",
    color: "yellow",
    shape: "square",
    glyph: "■",
    line: false,
  },
  {
    event: "step",
    label: "step",
    detail: "stepDetail",
    argument: "step",
    color: "muted",
    shape: "bar",
    glyph: "|",
    line: true,
  },
  {
    event: "target",
    label: "targetSet",
    detail: "targetDetail",
    argument: "pages",
    color: "foreground",
    shape: "diamond",
    glyph: "◆",
    line: true,
  },
  {
    event: "oom_notify",
    label: "oomNotify",
    detail: "oomNotifyDetail",
    argument: "number",
    color: "yellow",
    shape: "triangle",
    glyph: "▼",
    line: false,
  },
  {
    event: "out_of_puff",
    label: "outOfPuff",
    detail: "outOfPuffDetail",
    argument: "number",
    color: "purple",
    shape: "ring",
    glyph: "○",
    line: false,
  },
  {
    event: "no_progress",
    label: "noProgress",
    detail: "noProgressDetail",
    argument: "pages",
    color: "red",
    shape: "ring",
    glyph: "◎",
    line: true,
  },
  {
    event: "oom_kill",
    label: "oomKill",
    detail: "oomKillDetail",
    argument: "number",
    color: "red",
    shape: "cross",
    glyph: "✕",
    line: true,
  },
  {
    event: "panic",
    label: "panic",
    detail: "panic",
    argument: "number",
    color: "red",
    shape: "cross",
    glyph: "✕",
    line: true,
  },
];
