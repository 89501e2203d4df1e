/** Comparisons with the real adapter, small enough to run here. */
import { expect, test, vi } from "vitest";
import { ComparedRuns } from "../../src/extension/compared-runs.ts";
import { startInProcess } from "./in-process-worker.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

const TEXT = `name: Two sizes
guest: { memory: 128MiB, kernel: v5.7 }
matrix:
  memory: [128MiB, 256MiB]
timeline:
  - balloon: 8MiB
  - wait-until: balloon.reached
    timeout: 5s
expect:
  - nr_free_pages > pages(128MiB)
`;

function compared(...variants: readonly string[]) {
  let changes = 0;
  const runs = new ComparedRuns({
    title: "sizes",
    text: TEXT,
    runs: variants.map((variant) => ({
      name: variant,
      launch: { program: "/sizes.balloon.yaml", variant },
    })),
    startWorker: startInProcess,
    onChange: () => changes++,
  });
  return { runs, changes: () => changes };
}

test("runs are made one after the other, and what came out is there for every counter", async () => {
  const { runs, changes } = compared("128MiB", "256MiB");
  const waits = runs.view();
  expect(waits.runs.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  expect(waits.available).toEqual([]);
  const over = runs.run();
  expect(runs.view().runs.map(({ state }) => state)).toEqual(["running", "waiting"]);
  await over;
  expect(changes()).toBe(4);
  const { runs: done, available, series } = runs.view();
  expect(done.map(({ state }) => state)).toEqual(["done", "done"]);
  expect(done.map(({ result }) => result?.expect.map(({ pass }) => pass))).toEqual([
    [false],
    [true],
  ]);
  expect(series).toBe("balloon_pages");
  expect(done.map(({ values }) => values.at(-1))).toEqual([2048, 2048]);
  expect(available).toContain("nr_free_pages");
  runs.series = "nr_free_pages";
  const [small = 0, large = 0] = runs.view().runs.map(({ values }) => values.at(-1));
  expect(large - small).toBeGreaterThan(28_000);
});

test("a run that cannot be made does not keep the next one from theirs", async () => {
  const { runs } = compared("32MiB", "128MiB");
  await runs.run();
  const [failed, done] = runs.view().runs;
  expect(failed).toMatchObject({ state: "failed", result: null, times: [] });
  expect(failed?.problem).toContain("32MiB");
  expect(done?.state).toBe("done");
});

test("cancelled, the present run ends and no other begins", async () => {
  const { runs } = compared("128MiB", "256MiB");
  const over = runs.run();
  runs.cancel();
  await over;
  expect(runs.view().runs.map(({ state }) => state)).toEqual(["failed", "waiting"]);
});
