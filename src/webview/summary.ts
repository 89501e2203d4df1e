import { formatCount } from "../base/format.ts";
import { shownRange, type ChartState } from "./chart-state.ts";
import { countEvents } from "./event-list.ts";
import type { ChartTexts } from "./protocol.ts";
import { fill, NONE, sizeText, timeText } from "./text.ts";

/** One paragraph that says what the picture shows, for those who cannot see it. */
export function summaryText(state: ChartState, texts: ChartTexts): string {
  const { samples } = state;
  const { start, end } = shownRange(state);
  const newest = (column: string): string => sizeText(samples.column(column).at(-1));
  const events = countEvents(samples.events).map(
    ({ style, count }) => `${texts[style.label]} ${formatCount(count)}`,
  );
  return fill(
    texts.summary,
    timeText(start),
    timeText(end),
    newest("balloon_pages"),
    newest("balloon_target"),
    newest("nr_free_pages"),
    newest("nr_file_pages"),
    events.length === 0 ? NONE : events.join(", "),
  );
}

export function stateText({ run, remembered }: ChartState, texts: ChartTexts): string {
  if (run === null) return "";
  if (remembered) return texts.lastRun;
  switch (run.state) {
    case "starting":
    case "running":
      return texts.running;
    case "stopped":
      return run.stoppedAt === null ? "" : fill(texts.stoppedAt, timeText(run.stoppedAt));
    case "finished":
      return texts.finished;
  }
}
