import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { WebPanel } from "./web-panel.ts";

const { groups, closed, created } = vi.hoisted(() => ({
  groups: [] as { viewColumn: number; tabs: { input: unknown }[] }[],
  closed: [] as unknown[],
  created: [] as number[],
}));

vi.mock("vscode", async () => {
  const { fakeVscode } = await import("../../test/extension/fake-vscode.ts");
  const nothing = (): { dispose(): void } => ({ dispose: () => {} });
  const panel = {
    title: "Chart",
    onDidChangeViewState: nothing,
    onDidDispose: nothing,
    reveal: () => {},
    webview: { onDidReceiveMessage: nothing, asWebviewUri: String, cspSource: "https://source" },
  };
  class TabInputWebview {
    constructor(readonly viewType: string) {}
  }
  return {
    ...fakeVscode,
    TabInputWebview,
    ViewColumn: { Beside: -2 },
    env: { language: "en" },
    window: {
      registerWebviewPanelSerializer: nothing,
      createWebviewPanel: (_type: string, _title: string, place: { viewColumn: number }) => {
        created.push(place.viewColumn);
        return panel;
      },
      tabGroups: { all: groups, close: (tabs: readonly unknown[]) => void closed.push(...tabs) },
    },
  };
});

const tabOf = async (viewType: string): Promise<{ input: unknown }> => {
  const { TabInputWebview } = (await import("vscode")) as unknown as {
    TabInputWebview: new (viewType: string) => unknown;
  };
  return { input: new TabInputWebview(`mainThreadWebview-${viewType}`) };
};

const show = (): void => {
  const { Uri } = vscodeFake;
  new WebPanel({
    extensionUri: Uri.parse("file:///extension") as never,
    viewType: "balloon.chart",
    title: "Chart",
    name: "chart",
    texts: () => ({}),
    receive: () => {},
  }).show();
};

let vscodeFake: typeof vscode;

beforeEach(async () => {
  vscodeFake = await import("vscode");
  for (const list of [groups, closed, created]) list.length = 0;
});

test("opens beside the source, or where another of our panels is", async () => {
  show();
  groups.push({ viewColumn: 3, tabs: [await tabOf("balloon.pageMap")] });
  show();
  expect(created).toEqual([-2, 3]);
  expect(closed).toEqual([]);
});

test("takes the place of the tab that a reload has left of it", async () => {
  const left = await tabOf("balloon.chart");
  groups.push({ viewColumn: 1, tabs: [{ input: null }, left, await tabOf("balloon.rings")] });
  show();
  expect(created).toEqual([1]);
  expect(closed).toEqual([left]);
});
