/**
 * The desktop's entry with the real adapter in a real worker thread: what no browser test reaches.
 * `vscode` is made up; whatever the entry registers beside the adapter goes nowhere.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import { activate } from "../../src/extension/extension.ts";
import { Uri, world } from "./fake-vscode.ts";

interface Bridge {
  onDidSendMessage(listener: (message: DebugProtocol.ProtocolMessage) => void): void;
  handleMessage(message: object): void;
  dispose(): void;
}

interface AdapterFactory {
  createDebugAdapterDescriptor(session: object): { readonly bridge: Bridge };
}

const { factories } = vi.hoisted(() => ({ factories: [] as AdapterFactory[] }));

vi.mock("vscode", async () => {
  const { fakeVscode } = await import("./fake-vscode.ts");
  const { fakeTests } = await import("./fake-tests.ts");
  /** Every function that the fake lacks takes anything and returns something as lenient. */
  const lenient = (given: object): object =>
    new Proxy(given, {
      get: (target, name): unknown =>
        Reflect.get(target, name) ?? (() => lenient({ then: null, dispose: () => {} })),
    });
  return {
    ...fakeVscode,
    ...fakeTests,
    window: lenient(fakeVscode.window),
    workspace: lenient(fakeVscode.workspace),
    commands: lenient({}),
    languages: lenient({}),
    debug: lenient({
      registerDebugAdapterDescriptorFactory: (_type: string, factory: AdapterFactory) => {
        factories.push(factory);
      },
    }),
    StatusBarAlignment: { Left: 1 },
    MarkdownString: class {},
    DebugConfigurationProviderTriggerKind: { Dynamic: 2 },
    DebugAdapterInlineImplementation: class {
      readonly bridge: Bridge;

      constructor(bridge: Bridge) {
        this.bridge = bridge;
      }
    },
  };
});

/** Started by VS Code in a process of its own, which there is none of here. */
vi.mock("vscode-languageclient/node", () => ({
  TransportKind: {},
  LanguageClient: class {
    readonly onRequest = (): void => {};
    readonly start = (): Promise<void> => Promise.resolve();
  },
}));

const SCENARIO = "scenarios/oom-notify.balloon.yaml";
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "balloon-desktop-"));
  await build({
    entryPoints: ["src/dap/worker-node.ts"],
    outfile: join(folder, "dist/adapter-worker.js"),
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  world.files.set("file:///ws/oom.balloon.yaml", readFileSync(SCENARIO, "utf8"));
  activate({
    extensionUri: Uri.file(folder),
    extension: { id: "publisher.name" },
    subscriptions: [],
  } as unknown as vscode.ExtensionContext);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startAdapter() {
  const { bridge } = factories[0]!.createDebugAdapterDescriptor({});
  const waiting = new Set<(message: DebugProtocol.ProtocolMessage) => boolean>();
  bridge.onDidSendMessage((message) => {
    for (const offer of waiting) if (offer(message)) waiting.delete(offer);
  });
  const next = <M extends DebugProtocol.ProtocolMessage>(
    matches: (message: M) => boolean,
  ): Promise<M> =>
    new Promise((resolve) => {
      waiting.add((message) => {
        const found = matches(message as M);
        if (found) resolve(message as M);
        return found;
      });
    });
  let seq = 0;
  const ask = (command: string, args: object = {}): Promise<DebugProtocol.Response> => {
    const own = ++seq;
    const answer = next<DebugProtocol.Response>(
      ({ type, request_seq }) => type === "response" && request_seq === own,
    );
    bridge.handleMessage({ seq: own, type: "request", command, arguments: args });
    return answer;
  };
  const event = (name: string): Promise<DebugProtocol.Event> =>
    next<DebugProtocol.Event>((message) => message.type === "event" && message.event === name);
  return { bridge, ask, event };
}

test("a scenario runs in a worker thread up to a breakpoint", async () => {
  const { bridge, ask, event } = startAdapter();
  const initialized = event("initialized");
  expect(await ask("initialize", { adapterID: "balloon" })).toMatchObject({ success: true });
  expect(await ask("launch", { program: "/ws/oom.balloon.yaml" })).toMatchObject({ success: true });
  await initialized;
  await ask("setFunctionBreakpoints", { breakpoints: [{ name: "virtio_balloon_oom_notify" }] });
  const stopped = event("stopped");
  const samples = event("balloon/samples");
  await ask("configurationDone");
  const { threadId } = (await stopped).body as { threadId: number };
  expect((await samples).body).toMatchObject({ first: 0 });
  expect(await ask("stackTrace", { threadId, levels: 1 })).toMatchObject({
    body: {
      stackFrames: [
        { name: "virtio_balloon_oom_notify", source: { path: "balloon-model:/balloon/v5_7.ts" } },
      ],
    },
  });
  expect(await ask("disconnect")).toMatchObject({ success: true });
  bridge.dispose();
  expect(world.errors).toEqual([]);
});
