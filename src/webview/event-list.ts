import type { SampleEvent } from "../base/sample-columns.ts";
import { formatCount } from "../base/format.ts";
import { element } from "./dom.ts";
import type { ChartTexts } from "./protocol.ts";
import { MARKERS, type MarkerStyle } from "./series.ts";
import { fill, sizeText, timeText } from "./text.ts";
import type { Theme } from "./theme.ts";

export interface EventCount {
  readonly style: MarkerStyle;
  readonly count: number;
}

/** How often each kind of event happened; kinds that did not are left out. */
export function countEvents(events: readonly SampleEvent[]): EventCount[] {
  return MARKERS.map((style) => ({
    style,
    count: events.filter(({ name }) => name === style.event).length,
  })).filter(({ count }) => count > 0);
}

/** `26.104 s: OOM notifier freed 256 pages`. */
export function eventText(
  { time, name, a }: SampleEvent,
  texts: ChartTexts,
  steps: readonly string[],
): string {
  const style = MARKERS.find(({ event }) => event === name);
  if (style === undefined) return `${timeText(time)}: ${name}`;
  const argument = argumentText(style.argument, a, steps);
  return `${timeText(time)}: ${fill(texts[style.detail], argument)}`;
}

/** Steps are known by their number until the scenario has been read. */
function argumentText(
  kind: MarkerStyle["argument"],
  value: number,
  steps: readonly string[],
): string {
  if (kind === "none") return "";
  if (kind === "pages") return sizeText(value);
  return kind === "step" ? (steps[value] ?? String(value + 1)) : formatCount(value);
}

/** The key to the glyphs above the plot, with counts. */
export function eventKey(
  counts: readonly EventCount[],
  texts: ChartTexts,
  theme: Theme,
): HTMLElement[] {
  return counts.map(({ style, count }) => {
    const glyph = element("span", { class: "glyph", "aria-hidden": "true" }, [style.glyph]);
    glyph.style.color = theme.colors[style.color];
    return element("span", { class: "event" }, [
      glyph,
      `${texts[style.label]} `,
      element("span", { class: "value" }, [formatCount(count)]),
    ]);
  });
}
