import { beforeEach, expect, test, vi } from "vitest";
import { SampleColumns } from "../base/sample-columns.ts";
import type { BranchesBody } from "../dap/protocol.ts";
import { compareBranch, compareRecording } from "./comparison.ts";
import type { Run } from "./run-tracker.ts";

const chosen = vi.hoisted(() => ({
  file: "",
  picks: [] as { label: string; description: string }[],
}));
vi.mock("vscode", () => ({
  l10n: {
    t: (text: string, ...values: unknown[]) =>
      text.replace(/\{(\d)\}/g, (_all, index: string) => String(values[Number(index)])),
  },
  window: {
    showQuickPick: (items: typeof chosen.picks) => {
      chosen.picks = items;
      return Promise.resolve(items[0]);
    },
    showOpenDialog: () => Promise.resolve([{ path: "/home/me/guest.vmstat" }]),
  },
  workspace: { fs: { readFile: () => Promise.resolve(new TextEncoder().encode(chosen.file)) } },
}));

const mark = { dispatch: 0, statement: 0 };
const branch = (id: number, description: string, current: boolean) => ({
  id,
  parent: id === 0 ? null : 0,
  fork: mark,
  forkTime: id * 1.5e9,
  description,
  edits: [],
  end: mark,
  endTime: 4e9,
  current,
});
const batch = { first: 0, truncate: false, times: [0, 1e9], events: [] };

/** A run whose adapter has these branches. */
function runWith(branches: BranchesBody["branches"]): Run {
  const samples = new SampleColumns({ series: "all", events: [], limit: 10 });
  samples.append({ ...batch, series: { nr_free_pages: [9, 9], balloon_inflate: [0, 0] } });
  const customRequest = (command: string, args: { branch?: number } | undefined) =>
    Promise.resolve(
      command === "balloon/branches"
        ? { current: 0, branches }
        : { ...batch, series: { nr_free_pages: [100, args?.branch] } },
    );
  return { samples, session: { customRequest } } as unknown as Run;
}

beforeEach(() => {
  chosen.picks = [];
});

test("of the other branches of a run one is picked, and keeps its times", async () => {
  const run = runWith([branch(0, "b1", true), branch(1, "set vb->num_pages = 0", false)]);
  const other = await compareBranch(run);
  expect(chosen.picks).toMatchObject([
    { label: "set vb->num_pages = 0", description: "from 1.500 s to 4.000 s" },
  ]);
  expect(other).toMatchObject({ name: "set vb->num_pages = 0", alignedBy: "time" });
  expect(other?.samples.times).toEqual([0, 1e9]);
  expect(other?.samples.series).toEqual({ nr_free_pages: [100, 1] });
});

test("a run without other branches says how to begin one", async () => {
  await expect(compareBranch(runWith([branch(0, "b1", true)]))).rejects.toThrow("one branch");
});

test.each([
  ["1 2\nnr_free_pages 5\n2 3\nnr_free_pages 4\n", null],
  ["nr_free_pages 5\nnr_free_pages 4\n", "needs /proc/uptime before each /proc/vmstat"],
  ["1 2\n", "me/guest.vmstat has no samples"],
  ["time_s,temperature\n1,20\n", "me/guest.vmstat has none of the counters of this run"],
])("a recording %j: %s", async (text, problem) => {
  chosen.file = text;
  const reading = compareRecording(runWith([]));
  if (problem !== null) await expect(reading).rejects.toThrow(problem);
  else expect(await reading).toMatchObject({ name: "me/guest.vmstat", alignedBy: "inflation" });
});
