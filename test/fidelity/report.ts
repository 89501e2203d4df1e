/** The generated part of `docs/fidelity.md`. */
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

export function sectionOf(rows: readonly Row[]): string {
  const inside = rows.filter(({ pass }) => pass).length;
  const exact = rows.filter(({ tolerance }) => tolerance === 0);
  const exactInside = exact.filter(({ pass }) => pass).length;
  return [
    `${inside} of ${rows.length} rows are inside their tolerance; of the ${exact.length} that have to agree exactly, ${exactInside} do.`,
    "Values in brackets are recorded repeats of the same run: a row is inside when the model is within the tolerance of one of them, or between them.",
    "## Pictures",
    "Recorded runs are dashed, the model is solid.",
    ...Object.entries(PICTURES).map(
      ([name, { caption }]) =>
        `![${name}](images/fidelity-${name.replaceAll("_", "-")}.svg)\n\n${caption}`,
    ),
    "## Outside",
    outside(rows),
    "## All rows",
    details(rows),
  ].join("\n\n");
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
  const runs = [...new Set(rows.map(({ run }) => run))];
  return runs
    .map((run) => {
      const these = rows.filter((row) => row.run === run);
      const inside = these.filter(({ pass }) => pass).length;
      const table = markdownTable(
        HEADER.slice(1),
        these.map((row) => rowCells(row).slice(1)),
      );
      return `<details>\n<summary>${run}: ${inside} of ${these.length} inside</summary>\n\n${table}\n\n</details>`;
    })
    .join("\n\n");
}
