import { formatCount } from "../base/format.ts";
import type { SampleColumns, SampleEvent } from "../base/sample-columns.ts";
import { element } from "./dom.ts";
import type { DrawnPane } from "./drawn.ts";
import { eventText } from "./event-list.ts";
import { seriesKind } from "./expressions.ts";
import type { Choice } from "./presets.ts";
import type { ChartTexts } from "./protocol.ts";
import { valueText } from "./scale.ts";
import { fill, timeText } from "./text.ts";
import { rowAt, rowsWithin, type TimeRange } from "./view-range.ts";

const MAX_ROWS = 100;
const MAX_EVENTS = 200;

export interface TableInput {
  readonly samples: SampleColumns;
  readonly events: readonly SampleEvent[];
  readonly range: TimeRange;
  readonly panes: readonly DrawnPane[];
  readonly choice: Choice;
  readonly steps: readonly string[];
  /** Null when no other run is compared; its columns are in the order of all panes' series. */
  readonly other: {
    readonly name: string;
    readonly times: readonly number[];
    readonly columns: readonly (readonly number[])[];
  } | null;
  readonly texts: ChartTexts;
}

/** What the plots show, in words and numbers: for screen readers, and for reading off values. */
export function makeTable(input: TableInput): HTMLElement[] {
  const { samples, range, panes, choice, steps, other, texts } = input;
  const { from, to } = rowsWithin(samples.times, range);
  const rows = spread(from, to, MAX_ROWS);
  const series = panes.flatMap(({ styles, columns }) =>
    styles.map(({ column, label }, i) => ({ column, label, values: columns[i] ?? [] })),
  );
  const head = [texts.time, ...series.flatMap(({ label }) => withOther(label, input))];
  const cells = (row: number): HTMLElement[] => {
    const otherRow = other === null ? -1 : rowAt(other.times, samples.times[row] ?? NaN);
    return series.flatMap(({ column, values }, i) => {
      const shown = [values[row], ...(other === null ? [] : [other.columns[i]?.[otherRow]])];
      return shown.map((value) =>
        element("td", {}, [valueText(seriesKind(column), value, choice)]),
      );
    });
  };
  const table = element("table", {}, [
    element("caption", {}, [
      fill(texts.tableCaption, formatCount(rows.length), formatCount(to - from)),
    ]),
    element("thead", {}, [
      element(
        "tr",
        {},
        head.map((text) => element("th", { scope: "col" }, [text])),
      ),
    ]),
    element(
      "tbody",
      {},
      rows.map((row) =>
        element("tr", {}, [
          element("th", { scope: "row" }, [timeText(samples.times[row] ?? 0)]),
          ...cells(row),
        ]),
      ),
    ),
  ]);
  const events = input.events.filter(({ time }) => time >= range.start && time <= range.end);
  if (events.length === 0) return [table];
  const shown = events
    .slice(0, MAX_EVENTS)
    .map((event) => element("li", {}, [eventText(event, texts, steps)]));
  const rest = events.length - shown.length;
  if (rest > 0) shown.push(element("li", {}, [fill(texts.more, formatCount(rest))]));
  return [table, element("h2", {}, [texts.events]), element("ul", {}, shown)];
}

/** Of each series this run's column, and beside it the other's. */
function withOther(label: string, { other }: TableInput): readonly string[] {
  return other === null ? [label] : [label, `${label} (${other.name})`];
}

/** At most `count` of `from .. to - 1`, evenly, the first and the last among them. */
export function spread(from: number, to: number, count: number): number[] {
  const length = to - from;
  if (length <= count) return Array.from({ length }, (_none, i) => from + i);
  return Array.from(
    { length: count },
    (_none, i) => from + Math.round((i * (length - 1)) / (count - 1)),
  );
}
