/**
 * `npm run fidelity`: replays the recorded runs, prints what was compared, and writes the generated
 * parts of `docs/fidelity.md` with its pictures. `-- RUN...` only prints the runs named,
 * `-- --headline` makes only the table of commit 5a6b4cc5b7 at full size (a minute).
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import prettier from "prettier";
import { compare, type Row } from "./compare.ts";
import { headline } from "./headline.ts";
import { recordedRuns, recordedSeries, type Recording, type Series } from "./recording.ts";
import { replay } from "./replay.ts";
import { firstRuns, otherRuns, PICTURES } from "./report.ts";
import { drawPicture } from "./plots.ts";
import { RUNS } from "./runs.ts";
import { HEADER, markdownTable, plainTable, rowCells } from "./table.ts";

const DOCUMENT = "docs/fidelity.md";

const recorded = recordedRuns();
const wanted = process.argv.slice(2);
if (wanted.includes("--headline")) {
  const [header = [], ...rows] = await headline();
  console.log(plainTable(header, rows));
  await writeDocument({ headline: markdownTable(header, rows) });
} else {
  await compareAll(RUNS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)));
}

async function compareAll(runs: typeof RUNS): Promise<void> {
  const rows: Row[] = [];
  const series = recordedSeries();
  for (const { name, scenario, repeats, quantities } of runs) {
    const { recording: model, series: replayed } = await replay(scenario);
    const real = find(name);
    rows.push(...compare(name, quantities, { real, repeats: repeats.map(find), model }));
    const picture = series[name];
    if (wanted.length === 0 && picture !== undefined)
      draw(name, { real, model }, [picture, replayed]);
  }
  console.log(plainTable(HEADER, rows.map(rowCells)));
  console.log(
    `\n${rows.filter(({ pass }) => pass).length} of ${rows.length} rows inside their tolerance`,
  );
  if (wanted.length === 0) {
    await writeDocument({ "first runs": firstRuns(rows), rows: otherRuns(rows) });
  }
}

function find(name: string): Recording {
  const found = recorded[name];
  if (found === undefined) throw new Error(`no recorded run is called ${name}`);
  return found;
}

/** A picture begins five seconds before the phase that it is about. */
function draw(
  name: string,
  { real, model }: { real: Recording; model: Recording },
  [realSeries, modelSeries]: readonly [Series, Series],
): void {
  const about = PICTURES[name];
  if (about === undefined) return;
  const svg = drawPicture({
    title: name,
    real: realSeries,
    model: modelSeries,
    // The second set's series begin two seconds before the target, and not with a phase.
    realOrigin: name.startsWith("r") ? 0 : secondsBefore(real, about.from),
    modelOrigin: secondsBefore(model, about.from),
  });
  mkdirSync("docs/images", { recursive: true });
  writeFileSync(`docs/images/fidelity-${name.replaceAll("_", "-")}.svg`, svg);
}

function secondsBefore({ phases }: Recording, name: string): number {
  let seconds = 0;
  for (const [each, phase] of Object.entries(phases)) {
    if (each === name) break;
    seconds += phase.seconds;
  }
  return seconds;
}

/** Replaces the text between the marks of each section. */
async function writeDocument(sections: Readonly<Record<string, string>>): Promise<void> {
  let text = readFileSync(DOCUMENT, "utf8");
  for (const [name, content] of Object.entries(sections)) {
    const mark = `<!-- Written by \`npm run fidelity\`: ${name}. -->`;
    const begin = text.indexOf(mark);
    const end = text.indexOf(`<!-- End of ${name}. -->`);
    if (begin < 0 || end < begin) throw new Error(`${DOCUMENT} has lost its marks of ${name}`);
    text = `${text.slice(0, begin)}${mark}\n\n${content}\n\n${text.slice(end)}`;
  }
  const options = await prettier.resolveConfig(DOCUMENT);
  writeFileSync(DOCUMENT, await prettier.format(text, { ...options, filepath: DOCUMENT }));
}
