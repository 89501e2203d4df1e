import { formatCount } from "../base/format.ts";
import type { Comparison, ComparedRun, ComparisonTexts } from "./comparison-protocol.ts";
import { counterOf } from "./counters.ts";
import { element } from "./dom.ts";
import { FIRST_CHOICE } from "./presets.ts";
import { valueText } from "./scale.ts";
import { fill, NONE, sizeText, timeText } from "./text.ts";

/** A row: what it is about, and what there is to say of each run that is done. */
interface Row {
  readonly title: string;
  readonly cell: (run: Done) => Node | string;
  readonly isCode?: boolean;
}

interface Done extends ComparedRun {
  readonly result: NonNullable<ComparedRun["result"]>;
}

/** Series whose last value every table has. */
const FACTS = ["balloon_pages", "balloon_deflate", "oom_kill"];

/** A column a run, a row a fact; last the expectations, each with what it was instead. */
export function comparisonTable(
  { runs, series }: Comparison,
  texts: ComparisonTexts,
  onDebug: (run: ComparedRun) => void,
): HTMLElement {
  const head = runs.map((run) => {
    const debug = element("button", { type: "button", class: "action" }, [texts.debug]);
    debug.setAttribute("aria-label", `${texts.debug} ${run.name}`);
    debug.addEventListener("click", () => onDebug(run));
    return element("th", { scope: "col" }, [element("span", { class: "run" }, [run.name]), debug]);
  });
  const rows = [...facts(texts), ...atEnd(series, texts), ...expectations(runs.filter(isDone))];
  return element("table", {}, [
    element("thead", {}, [element("tr", {}, [element("td"), ...head])]),
    element("tbody", {}, [
      line(
        texts.outcome,
        runs.map((run) => outcome(run, texts)),
      ),
      ...rows.map(({ title, cell, isCode }) =>
        line(
          isCode === true ? element("code", {}, [title]) : title,
          runs.map((run) => (isDone(run) ? cell(run) : NONE)),
        ),
      ),
    ]),
  ]);
}

function facts(texts: ComparisonTexts): readonly Row[] {
  const counter =
    (name: string) =>
    ({ result }: Done): string =>
      formatCount(result.counters[name] ?? 0);
  return [
    { title: texts.balloon, cell: ({ result }) => sizeText(result.balloon.actualPages) },
    {
      title: texts.toTarget,
      cell: ({ result: { balloon } }) =>
        balloon.timeToTargetNs === null ? texts.never : timeText(balloon.timeToTargetNs),
    },
    { title: texts.stall, cell: ({ result }) => timeText(result.balloon.longestStallNs) },
    { title: texts.deflated, cell: counter("balloon_deflate") },
    { title: texts.kills, cell: counter("oom_kill") },
  ];
}

/** Of the series in the chart, unless that is among the facts. */
function atEnd(series: string, texts: ComparisonTexts): readonly Row[] {
  if (FACTS.includes(series)) return [];
  const choice = { ...FIRST_CHOICE, totals: "sums", unit: "size" } as const;
  return [
    {
      title: fill(texts.atEnd, series),
      cell: ({ values }) => valueText(counterOf(series), values.at(-1), choice),
    },
  ];
}

/** All runs have the same; one that broke off has come to fewer. */
function expectations(runs: readonly Done[]): readonly Row[] {
  const most = runs.map(({ result }) => result.expect).sort((a, b) => b.length - a.length)[0];
  return (most ?? []).map(({ line: at, text }, index) => ({
    title: text,
    isCode: true,
    cell: ({ result }) => {
      const found = result.expect[index];
      if (found === undefined || found.line !== at) return NONE;
      return found.pass ? good("✓") : bad(insteadOf(found.actual));
    },
  }));
}

function outcome(run: ComparedRun, texts: ComparisonTexts): Node | string {
  switch (run.state) {
    case "waiting":
      return texts.waiting;
    case "running":
      return texts.running;
    case "failed":
      return bad(fill(texts.failed, run.problem));
    case "done": {
      if (!isDone(run)) return NONE;
      const { expect, bug } = run.result;
      if (bug !== "") return bad(fill(texts.brokeOff, bug));
      if (expect.length === 0) return texts.noExpectations;
      const held = expect.filter(({ pass }) => pass).length;
      const text = fill(texts.holds, formatCount(held), formatCount(expect.length));
      return held === expect.length ? good(`✓ ${text}`) : bad(text);
    }
  }
}

function line(title: Node | string, cells: readonly (Node | string)[]): HTMLElement {
  return element("tr", {}, [
    element("th", { scope: "row" }, [title]),
    ...cells.map((cell) => element("td", {}, [cell])),
  ]);
}

/** `oom_kill = 2`: the row says which counter, unless there are several. */
function insteadOf(actual: string): string {
  const [, value, ...others] = actual.split(" = ");
  if (value === undefined || others.length > 0) return actual;
  return /^\d+$/.test(value) ? formatCount(Number(value)) : value;
}

function good(text: string): HTMLElement {
  return element("span", { class: "good" }, [text]);
}

function bad(text: string): HTMLElement {
  return element("span", { class: "bad" }, [`✗ ${text}`]);
}

function isDone(run: ComparedRun): run is Done {
  return run.result !== null;
}
