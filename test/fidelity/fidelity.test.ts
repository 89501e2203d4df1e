/**
 * Replays of recorded runs stay as close to them as they are. A row outside its tolerance stands
 * in `known.ts` with a reason; one that has come inside has to leave it.
 */
import { expect, test } from "vitest";
import { compare } from "./compare.ts";
import { KNOWN } from "./known.ts";
import { recordedRuns } from "./recording.ts";
import { replay } from "./replay.ts";
import { RUNS } from "./runs.ts";
import { formatReal, formatValue } from "./table.ts";

const recorded = recordedRuns();

test.each(RUNS.map((run) => [run.name, run] as const))("%s", async (name, run) => {
  const { recording } = await replay(run.scenario);
  const real = recorded[name]!;
  const repeats = run.repeats.map((repeat) => recorded[repeat]!);
  const rows = compare(name, run.quantities, { real, repeats, model: recording });
  expect(rows.length).toBeGreaterThan(0);
  const outside = rows.filter(({ pass }) => !pass);
  const listed = KNOWN[name] ?? {};
  const surprises = outside
    .filter(({ quantity }) => listed[quantity] === undefined)
    .map((row) => `${row.quantity}: real ${formatReal(row)}, model ${formatValue(row.model)}`);
  expect(surprises, "outside the tolerance, and not known to be").toEqual([]);
  const stale = Object.keys(listed).filter(
    (quantity) => !outside.some((row) => row.quantity === quantity),
  );
  expect(stale, "known to be outside, but inside now: take it off the list").toEqual([]);
});

test("what is known to be outside belongs to a run that is replayed", () => {
  const names = RUNS.map(({ name }) => name);
  expect(Object.keys(KNOWN).filter((name) => !names.includes(name))).toEqual([]);
});
