/** What a panel says of its run: whether it goes on, or where it stands. */
import type { RunState } from "./protocol.ts";
import { fill, timeText } from "./text.ts";

export interface StateTexts {
  readonly running: string;
  readonly stoppedAt: string;
  readonly finished: string;
}

interface Run {
  readonly state: RunState;
  readonly stoppedAt: number | null;
}

/** Empty while there is nothing to say. */
export function runStateText(run: Run | null, texts: StateTexts): string {
  switch (run?.state) {
    case undefined:
      return "";
    case "starting":
    case "running":
      return texts.running;
    case "stopped":
      return run?.stoppedAt == null ? "" : fill(texts.stoppedAt, timeText(run.stoppedAt));
    case "finished":
      return texts.finished;
  }
}
