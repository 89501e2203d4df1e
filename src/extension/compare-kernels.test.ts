import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { Uri } from "../../test/extension/fake-vscode.ts";
import { compareKernels } from "./compare-kernels.ts";

type Ended = (session: { readonly name: string }) => void;

const state = vi.hoisted(() => ({
  offered: [] as string[],
  picked: undefined as string[] | undefined,
  started: [] as string[],
  refuses: "",
  listeners: new Set<unknown>(),
}));

vi.mock("vscode", async () => {
  const { fakeVscode } = await import("../../test/extension/fake-vscode.ts");
  return {
    ...fakeVscode,
    window: {
      showQuickPick: (items: readonly { label: string; picked: boolean }[]) => {
        state.offered = items.map(({ label, picked }) => (picked ? `${label} *` : label));
        return Promise.resolve(
          state.picked === undefined
            ? undefined
            : items.filter(({ label }) => state.picked?.includes(label)),
        );
      },
    },
    workspace: { getWorkspaceFolder: () => undefined },
    debug: {
      onDidTerminateDebugSession: (listener: unknown) => {
        state.listeners.add(listener);
        return { dispose: () => state.listeners.delete(listener) };
      },
      startDebugging: (
        _folder: unknown,
        { name }: { name: string },
        { noDebug }: object & { noDebug: boolean },
      ) => {
        state.started.push(noDebug ? name : `${name} under the debugger`);
        return Promise.resolve(name !== state.refuses);
      },
    },
  };
});

const SCENARIO = Uri.parse("file:///ws/a.balloon.yaml") as unknown as vscode.Uri;

function end(name: string): void {
  for (const listener of state.listeners) (listener as Ended)({ name });
}

beforeEach(() => {
  Object.assign(state, { picked: ["v4.19", "v5.7"], started: [], refuses: "" });
});

test("the chosen kernels run one after the other", async () => {
  const done = compareKernels(SCENARIO);
  await vi.waitFor(() => expect(state.started).toEqual(["a (v4.19)"]));
  end("another");
  end("a (v4.19)");
  await vi.waitFor(() => expect(state.started).toEqual(["a (v4.19)", "a (v5.7)"]));
  end("a (v5.7)");
  await done;
  expect(state.listeners.size).toBe(0);
});

test("the two sides of the report are proposed", async () => {
  state.picked = undefined;
  await compareKernels(SCENARIO);
  expect(state.offered).toEqual(expect.arrayContaining(["v4.19 *", "v5.7 *", "v6.1"]));
  expect(state.started).toEqual([]);
});

test("a scenario that cannot run on one is not tried on the next", async () => {
  state.refuses = "a (v4.19)";
  await compareKernels(SCENARIO);
  expect(state.started).toEqual(["a (v4.19)"]);
});
