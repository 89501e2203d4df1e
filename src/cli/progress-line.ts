import { formatSize } from "../base/format.ts";
import { PAGE_SIZE } from "../base/units.ts";
import type { SessionApi } from "../session/types.ts";
import type { Terminal } from "./terminal.ts";

/** A line that is written over may change often; one that stays scrolls something away. */
const terminalEveryMs = 100;
const plainEveryMs = 5000;

/** Shows how far a run is on standard error, in place on a terminal. */
export class ProgressLine {
  private readonly terminal: Terminal;
  private readonly label: string;
  private due: number;
  private shown = false;
  private samplesSeen = 0;
  private sizes = "";

  constructor(terminal: Terminal, label: string) {
    this.terminal = terminal;
    this.label = label;
    // A run that is over at once needs no progress.
    this.due = performance.now() + (terminal.errIsTerminal ? terminalEveryMs : plainEveryMs);
  }

  update(session: SessionApi): void {
    const now = performance.now();
    if (now < this.due) return;
    this.due = now + (this.terminal.errIsTerminal ? terminalEveryMs : plainEveryMs);
    this.look(session);
    const text = `${this.label}  ${(session.time() / 1e9).toFixed(1)} s${this.sizes}`;
    if (this.terminal.errIsTerminal) this.terminal.err(`\r\u001b[2K${text.slice(0, 79)}`);
    else this.terminal.err(`${text}\n`);
    this.shown = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.shown && this.terminal.errIsTerminal) this.terminal.err("\r\u001b[2K");
    this.shown = false;
  }

  private look(session: SessionApi): void {
    const { first, times, series } = session.samples(this.samplesSeen);
    this.samplesSeen = first + times.length;
    const [pages, target, free] = ["balloon_pages", "balloon_target", "nr_free_pages"].map((name) =>
      series[name]?.at(-1),
    );
    if (pages === undefined || target === undefined) return;
    this.sizes = `  balloon ${size(pages)} of ${size(target)}${free === undefined ? "" : `  free ${size(free)}`}`;
  }
}

function size(pages: number): string {
  return formatSize(pages * PAGE_SIZE);
}
