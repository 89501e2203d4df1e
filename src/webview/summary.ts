import { formatCount } from "../base/format.ts";
import { choiceFor, markedEvents, shownRange, type ChartState } from "./chart-state.ts";
import type { DrawnPane } from "./drawn.ts";
import { seriesKind } from "./expressions.ts";
import { countEvents } from "./event-list.ts";
import type { ChartTexts } from "./protocol.ts";
import { runStateText } from "./run-state.ts";
import { valueText } from "./scale.ts";
import { fill, NONE, timeText } from "./text.ts";

/** One paragraph that says what the picture shows, for those who cannot see it. */
export function summaryText(state: ChartState, drawn: DrawnPane, texts: ChartTexts): string {
  const { start, end } = shownRange(state);
  const events = countEvents(markedEvents(state)).map(
    ({ style, count }) => `${texts[style.label]} ${formatCount(count)}`,
  );
  const said = fill(
    texts.summary,
    timeText(start),
    timeText(end),
    newestValues(state, drawn),
    events.length === 0 ? NONE : events.join(", "),
  );
  return state.overlay === null ? said : `${said} ${fill(texts.comparedWith, state.overlay.name)}`;
}

/** The same of the lower plot, whose events are those of the upper one. */
export function activityText(state: ChartState, drawn: DrawnPane, texts: ChartTexts): string {
  const title = choiceFor(state).totals === "rates" ? texts.rates : texts.sums;
  return fill(texts.activitySummary, title, newestValues(state, drawn));
}

function newestValues(state: ChartState, { styles, columns }: DrawnPane): string {
  const choice = choiceFor(state);
  const values = styles.map(
    ({ column, label }, i) =>
      `${label} ${valueText(seriesKind(column), columns[i]?.at(-1), choice)}`,
  );
  return values.length === 0 ? NONE : values.join(", ");
}

export function stateText({ run, remembered }: ChartState, texts: ChartTexts): string {
  return run !== null && remembered ? texts.lastRun : runStateText(run, texts);
}
