import type { SampleColumns } from "../base/sample-columns.ts";
import { formatCount } from "../base/format.ts";
import { element } from "./dom.ts";
import { eventText } from "./event-list.ts";
import type { ChartTexts } from "./protocol.ts";
import { ratesOf } from "./rates.ts";
import { MEMORY_SERIES, RATE_SERIES } from "./series.ts";
import { fill, rateText, sizeText, timeText } from "./text.ts";
import { rowsWithin, type TimeRange } from "./view-range.ts";

const MAX_ROWS = 100;
const MAX_EVENTS = 200;

/** What the plots show, in words and numbers: for screen readers, and for reading off values. */
export function makeTable(
  samples: SampleColumns,
  range: TimeRange,
  window: number,
  texts: ChartTexts,
): HTMLElement[] {
  const { from, to } = rowsWithin(samples.times, range);
  const rows = spread(from, to, MAX_ROWS);
  const memory = MEMORY_SERIES.map(({ column }) => samples.column(column));
  const rates = RATE_SERIES.map(({ column }) =>
    ratesOf(samples.times, samples.column(column), window),
  );
  const head = [texts.time, ...[...MEMORY_SERIES, ...RATE_SERIES].map(({ label }) => texts[label])];
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
          ...memory.map((column) => element("td", {}, [sizeText(column[row])])),
          ...rates.map((column) => element("td", {}, [rateText(column[row])])),
        ]),
      ),
    ),
  ]);
  const events = samples.events.filter(({ time }) => time >= range.start && time <= range.end);
  if (events.length === 0) return [table];
  const shown = events
    .slice(0, MAX_EVENTS)
    .map((event) => element("li", {}, [eventText(event, texts)]));
  const rest = events.length - shown.length;
  if (rest > 0) shown.push(element("li", {}, [fill(texts.more, formatCount(rest))]));
  return [table, element("h2", {}, [texts.events]), element("ul", {}, shown)];
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
