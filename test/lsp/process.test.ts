/** The command line as an editor starts it: one bundle, one process, one conversation. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleCli } from "../dap/cli-bundle.ts";

let cli: string;
let server: ChildProcess | null = null;

beforeAll(async () => {
  cli = await bundleCli("cli-with-language-server");
});

afterAll(() => void server?.kill());

test("`balloon lsp --stdio` answers, and ends when it is told to", async () => {
  const child = spawn(process.execPath, [cli, "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  server = child;
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  expect(
    await connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {},
    }),
  ).toMatchObject({ serverInfo: { name: "balloon" }, capabilities: { hoverProvider: true } });
  await connection.sendNotification("initialized", {});
  const uri = "file:///ws/a.balloon.yaml";
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "balloon-scenario", version: 1, text: "# fill_balloon\n" },
  });
  const position = { line: 0, character: 5 };
  expect(
    await connection.sendRequest("textDocument/hover", { textDocument: { uri }, position }),
  ).toMatchObject({
    contents: { value: expect.stringContaining("**fill_balloon** in `balloon/") as string },
  });
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  expect(await ended).toBe(0);
});
