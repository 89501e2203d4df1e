/** The generated parts of `docs/fidelity.md`. */
import type { Row } from "./compare.ts";
import { KNOWN, REASONS, type Reason } from "./known.ts";
import {
  formatReal,
  formatResidual,
  formatTolerance,
  formatValue,
  HEADER,
  markdownTable,
  rowCells,
} from "./table.ts";

interface About {
  /** The phase whose beginning is zero on the time axis. */
  readonly from: string;
  readonly caption: string;
}

export const PICTURES: Readonly<Record<string, About>> = {
  b1: {
    from: "inflate_start",
    caption: "The balloon takes the place of the page cache (6.1, OOM notifier).",
  },
  s_b1: {
    from: "inflate_start",
    caption:
      "The same with a shrinker: neither gets what it wants. The recorded run waited longer.",
  },
  r57_shr_1g_wm: {
    from: "inflate_start",
    caption:
      "5.7.14 without the patch, watermarks to scale; the reader stops after 80 s, in the model after 45 s.",
  },
  r419_oom_1g_wm: {
    from: "inflate_start",
    caption: '4.19.0 with the patch, watermarks to scale: "Out of puff" sets the pace.',
  },
  c1: { from: "memhog_start", caption: "A process outgrows what the balloon left." },
  f1: { from: "inflate_start", caption: "More is asked for than the guest can give." },
};

/** What most readers want to see: each with its picture and all its rows. */
const FIRST: readonly string[] = ["b1", "s_b1", "c1"];

export function firstRuns(rows: readonly Row[]): string {
  return FIRST.flatMap((run) => [`### ${run}`, picture(run), tableOf(rows, run)]).join("\n\n");
}

export function otherRuns(rows: readonly Row[]): string {
  const inside = rows.filter(({ pass }) => pass).length;
  const exact = rows.filter(({ tolerance }) => tolerance === 0);
  const exactInside = exact.filter(({ pass }) => pass).length;
  return [
    "## Results",
    `${inside} of ${rows.length} rows are inside their tolerance; of the ${exact.length} that have to agree exactly, ${exactInside} do.`,
    "Values in brackets are recorded repeats of the same run: a row is inside when the model is within the tolerance of one of them, or between them.",
    "### Pictures",
    "Recorded runs are dashed, the model is solid.",
    ...Object.keys(PICTURES)
      .filter((run) => !FIRST.includes(run))
      .map(picture),
    "### Outside",
    outside(rows),
    "### All other runs",
    details(rows),
  ].join("\n\n");
}

function picture(run: string): string {
  const file = `images/fidelity-${run.replaceAll("_", "-")}.svg`;
  return `![${run}](${file})\n\n${PICTURES[run]?.caption ?? ""}`;
}

function tableOf(rows: readonly Row[], run: string): string {
  return markdownTable(
    HEADER.slice(1),
    rows.filter((row) => row.run === run).map((row) => rowCells(row).slice(1)),
  );
}

/** Rows outside, by the reason why. */
function outside(rows: readonly Row[]): string {
  const failed = rows.filter(({ pass }) => !pass);
  return (Object.keys(REASONS) as Reason[])
    .flatMap((reason) => {
      const these = failed.filter(({ run, quantity }) => KNOWN[run]?.[quantity] === reason);
      if (these.length === 0) return [];
      const cells = these.map((row) => [
        row.run,
        row.quantity,
        formatReal(row),
        formatValue(row.model),
        formatResidual(row),
        formatTolerance(row),
      ]);
      return [`${REASONS[reason]}\n\n${markdownTable(HEADER.slice(0, -1), cells)}`];
    })
    .join("\n\n");
}

function details(rows: readonly Row[]): string {
  const runs = [...new Set(rows.map(({ run }) => run))].filter((run) => !FIRST.includes(run));
  return runs
    .map((run) => {
      const these = rows.filter((row) => row.run === run);
      const inside = these.filter(({ pass }) => pass).length;
      const summary = `${run}: ${inside} of ${these.length} inside`;
      return `<details>\n<summary>${summary}</summary>\n\n${tableOf(rows, run)}\n\n</details>`;
    })
    .join("\n\n");
}
