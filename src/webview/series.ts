/** What the two plots show, and how it looks. Dashes tell lines apart where colours do not. */
import type { ChartTexts } from "./protocol.ts";
import type { ThemeColor } from "./theme.ts";

export interface SeriesStyle {
  /** Column of the samples. */
  readonly column: string;
  readonly label: keyof ChartTexts;
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

export const MEMORY_SERIES: readonly SeriesStyle[] = [
  {
    column: "balloon_pages",
    label: "balloon",
    color: "blue",
    width: 2,
    dash: [],
    join: "line",
    filled: true,
  },
  {
    column: "balloon_target",
    label: "target",
    color: "foreground",
    width: 1,
    dash: [6, 4],
    join: "earlier",
    filled: false,
  },
  {
    column: "nr_free_pages",
    label: "free",
    color: "green",
    width: 1.5,
    dash: [2, 2],
    join: "line",
    filled: false,
  },
  {
    column: "nr_file_pages",
    label: "cache",
    color: "orange",
    width: 1.5,
    dash: [12, 3],
    join: "line",
    filled: false,
  },
];

export const RATE_SERIES: readonly SeriesStyle[] = [
  {
    column: "balloon_inflate",
    label: "inflate",
    color: "blue",
    width: 1.5,
    dash: [],
    join: "later",
    filled: true,
  },
  {
    column: "balloon_deflate",
    label: "deflate",
    color: "red",
    width: 1.5,
    dash: [6, 3],
    join: "later",
    filled: false,
  },
];

export type MarkerShape = "triangle" | "cross" | "ring" | "diamond";

export interface MarkerStyle {
  /** Name of the event. */
  readonly event: string;
  readonly label: keyof ChartTexts;
  /** What one such event was; `{0}` is its first argument. */
  readonly detail: keyof ChartTexts;
  readonly argument: "pages" | "number";
  readonly color: ThemeColor;
  readonly shape: MarkerShape;
  readonly glyph: string;
  /** Rare enough for a line across both plots. */
  readonly line: boolean;
}

export const MARKERS: readonly MarkerStyle[] = [
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
