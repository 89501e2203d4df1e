import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { resetWorld, Uri, world } from "../../test/extension/fake-vscode.ts";
import { variantsOf } from "../scenario/index.ts";
import { runsOfMatrix, runsOnKernels } from "./compare-kernels.ts";
import type { FindVariants } from "./configuration-provider.ts";

const state = vi.hoisted(() => ({ offered: [] as string[], picked: [] as string[] | undefined }));

vi.mock("vscode", async () => {
  const { fakeVscode } = await import("../../test/extension/fake-vscode.ts");
  return {
    ...fakeVscode,
    window: {
      ...fakeVscode.window,
      showQuickPick: (items: readonly { label: string; picked: boolean }[]) => {
        state.offered = items.map(({ label, picked }) => (picked ? `${label} *` : label));
        const { picked } = state;
        return Promise.resolve(picked && items.filter(({ label }) => picked.includes(label)));
      },
    },
  };
});

const URI = "file:///ws/a.balloon.yaml";
const SCENARIO = Uri.parse(URI) as unknown as vscode.Uri;
const find: FindVariants = (_uri, text, fixed) =>
  Promise.resolve(variantsOf(text, fixed).map(({ name }) => name));

beforeEach(() => {
  resetWorld();
  world.files.set(URI, "guest: {}\n");
  state.picked = ["v4.19", "v6.1"];
});

test("each kernel that is picked is a run; the two sides of the report are proposed", async () => {
  expect(await runsOnKernels(SCENARIO, find)).toEqual({
    title: "a",
    text: "guest: {}\n",
    runs: [
      { name: "v4.19", launch: { program: "/ws/a.balloon.yaml", kernel: "v4.19" } },
      { name: "v6.1", launch: { program: "/ws/a.balloon.yaml", kernel: "v6.1" } },
    ],
  });
  expect(state.offered).toEqual(expect.arrayContaining(["v4.19 *", "v5.7 *", "v6.1"]));
});

test("without kernels there is nothing to compare", async () => {
  state.picked = undefined;
  expect(await runsOnKernels(SCENARIO, find)).toBeNull();
  state.picked = [];
  expect(await runsOnKernels(SCENARIO, find)).toBeNull();
});

test("what a matrix varies beside kernels is varied on each kernel", async () => {
  world.files.set(URI, "matrix:\n  kernel: [v4.19]\n  memory: [1GiB, 2GiB]\n");
  const names = (await runsOnKernels(SCENARIO, find))?.runs.map(({ name }) => name);
  expect(names).toEqual(["v4.19, 1GiB", "v4.19, 2GiB", "v6.1, 1GiB", "v6.1, 2GiB"]);
});

test("each variant of a matrix is a run", async () => {
  world.files.set(URI, "matrix:\n  kernel: [v4.19, v5.7]\n");
  expect((await runsOfMatrix(SCENARIO, find))?.runs).toEqual([
    { name: "v4.19", launch: { program: "/ws/a.balloon.yaml", variant: "v4.19" } },
    { name: "v5.7", launch: { program: "/ws/a.balloon.yaml", variant: "v5.7" } },
  ]);
});

test("a scenario without a matrix says how to write one", async () => {
  expect(await runsOfMatrix(SCENARIO, find)).toBeNull();
  expect(world.errors).toEqual([
    "a has no variants to compare. Add a matrix, for example: matrix: { kernel: [v4.19, v5.7] }",
  ]);
});
