import type * as vscode from "vscode";
import { expect, test, vi } from "vitest";
import type { PageMapBody } from "../dap/protocol.ts";
import { firstPageIn, pageDetails, pageExpression } from "./page-details.ts";
import type { Run } from "./run-tracker.ts";

vi.mock("vscode", async () => (await import("../../test/extension/fake-vscode.ts")).fakeVscode);

type Ask = (command: string, args: object) => unknown;

/** A run whose adapter answers so; what it is asked is written down. */
function runWith(state: Run["state"], ask: Ask): { run: Run; asked: string[] } {
  const asked: string[] = [];
  const customRequest = async (command: string, args: object): Promise<unknown> => {
    asked.push(`${command} ${JSON.stringify(args)}`);
    return ask(command, args);
  };
  const session = { customRequest } as unknown as vscode.DebugSession;
  return { run: { session, state } as Run, asked };
}

const answers: Ask = (command) =>
  command === "evaluate"
    ? { result: "pfn 0x1a, balloon", variablesReference: 7 }
    : { variables: [{ name: "zone", value: "DMA32", variablesReference: 0 }] };

test("a page's fields are asked for at a stop", async () => {
  const { run, asked } = runWith("stopped", answers);
  expect(await pageDetails(run, 0x1a)).toEqual({
    pfn: 0x1a,
    summary: "pfn 0x1a, balloon",
    fields: [{ name: "zone", value: "DMA32" }],
  });
  expect(asked).toEqual([
    `evaluate {"expression":"${pageExpression(0x1a)}","context":"watch"}`,
    `variables {"variablesReference":7}`,
  ]);
});

test("while the guest runs there is only what a watch may ask", async () => {
  const { run, asked } = runWith("running", answers);
  expect((await pageDetails(run, 0x1a))?.fields).toEqual([]);
  expect(asked).toHaveLength(1);
});

test("a guest that has gone has no pages", async () => {
  const { run } = runWith("stopped", () => {
    throw new Error("gone");
  });
  expect(await pageDetails(run, 1)).toBeNull();
});

test("of a tile, the page that gave it its colour", () => {
  const tile: PageMapBody = {
    first: 100,
    pages: 4,
    pagesPerTile: 1,
    pageBytes: 4096,
    states: ["free", "kernel"],
    counts: [2, 2],
    tiles: Buffer.from([0, 1, 1, 0]).toString("base64"),
  };
  expect(firstPageIn(tile, "kernel")).toBe(101);
  expect(firstPageIn(tile, "balloon")).toBe(100);
});
