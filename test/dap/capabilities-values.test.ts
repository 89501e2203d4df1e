import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/sha256.ts";
import { capabilities } from "../../src/dap/capabilities.ts";
import { capability, driver, lineOf, looking, variables, type Breakpoints } from "./capability.ts";
import type { TestClient } from "./client.ts";
import { launched, stopped } from "./stages.ts";

type Disassembly = { readonly instructions: DebugProtocol.DisassembledInstruction[] };

describe("looking and changing", () => {
  capability("supportsEvaluateForHovers", async () => {
    const { client, session, frameId } = await looking();
    const hover = { expression: "line", frameId, context: "hover" };
    expect(await client.request("evaluate", hover)).toMatchObject({ result: "0" });
    const setting = { ...hover, expression: "line = 5" };
    expect(await client.refusal("evaluate", setting)).toMatch(/^evaluation/);
    expect(session.time()).toBe(0);
  });

  capability("supportsClipboardContext", async () => {
    const { client, frameId } = await looking();
    const copy = { expression: "vb", frameId, context: "clipboard" };
    expect(await client.request("evaluate", copy)).toMatchObject({
      result: "0x1 {\n  num_pages = 256 pages (1 MiB)\n}",
    });
  });

  const complete = async (client: TestClient, text: string, frameId: number) =>
    (
      await client.request<DebugProtocol.CompletionsResponse["body"]>("completions", {
        text,
        column: text.length + 1,
        frameId,
      })
    ).targets;

  capability("supportsCompletionsRequest", async () => {
    const { client, frameId } = await looking();
    expect(await complete(client, "1 + li", frameId)).toMatchObject([{ label: "line", start: 5 }]);
  });

  capability("completionTriggerCharacters", async () => {
    const { client, frameId } = await looking();
    for (const trigger of capabilities(false).completionTriggerCharacters!) {
      const text = trigger === ">" ? "vb->" : `vb${trigger}`;
      expect(await complete(client, text, frameId)).toMatchObject([{ label: "num_pages" }]);
    }
  });

  capability("supportsSetVariable", async () => {
    const { client, locals } = await looking({ supportsInvalidatedEvent: true });
    const [line, vb] = await variables(client, locals);
    expect(line!.presentationHint).toBeUndefined();
    expect(vb!.presentationHint).toEqual({ attributes: ["readOnly"] });
    const set = { variablesReference: locals, name: "line", value: "7" };
    expect(await client.request("setVariable", set)).toMatchObject({ value: "7" });
    expect(await lineOf(client)).toBe(7);
    expect((await client.event("invalidated")).body).toEqual({ areas: ["variables"] });
    expect((await client.event("balloon/branches")).body).toMatchObject({ current: 1 });
    expect(await client.refusal("setVariable", { ...set, name: "vb" })).toMatch(
      /^edit: Cannot set/,
    );
  });

  capability("supportsSetExpression", async () => {
    const { client, frameId } = await looking();
    const set = { expression: "line", value: "9", frameId, format: { hex: true } };
    expect(await client.request("setExpression", set)).toMatchObject({ value: "0x9" });
    // In the console an assignment is one.
    const console = { expression: "line = 11", frameId, context: "repl" };
    expect(await client.request("evaluate", console)).toMatchObject({ result: "11" });
    expect(await lineOf(client)).toBe(11);
  });

  capability("supportsValueFormattingOptions", async () => {
    const { client, frameId } = await looking();
    const hex = { format: { hex: true } };
    const evaluate = async (expression: string, rest = {}) =>
      (await client.request<{ result: string }>("evaluate", { expression, frameId, ...rest }))
        .result;
    expect(await evaluate("jiffies", hex)).toBe("0x2a");
    expect(await evaluate("jiffies,x")).toBe("0x2a");
    expect(await evaluate("jiffies,p")).toBe("42 pages (168 KiB)");
    expect(await evaluate("jiffies , b")).toBe("42 B");
    await evaluate("vb");
    const vb = (await variables(client, frameId * 10)).find((each) => each.name === "vb")!;
    const [pages] = await variables(client, vb.variablesReference, hex);
    expect(pages!.value).toBe("0x100 pages (1 MiB)");
    const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      {
        threadId: 1,
        format: {
          parameters: true,
          parameterTypes: true,
          parameterNames: true,
          parameterValues: true,
          module: true,
          line: true,
        },
      },
    );
    expect(stackFrames[0]!.name).toBe("virtio_balloon.c!inner(line: long = 0) line 1");
  });

  capability("supportsDelayedStackTraceLoading", async () => {
    const { client } = await stopped();
    const part = { threadId: 1, startFrame: 1, levels: 1 };
    expect(await client.request("stackTrace", part)).toMatchObject({
      stackFrames: [{ name: "middle" }],
      totalFrames: 3,
    });
  });

  capability("supportsANSIStyling", async () => {
    const escape = "\u001b[";
    const plain = await launched();
    await plain.client.request("configurationDone");
    await plain.client.event("stopped");
    expect(plain.client.output("stdout")).not.toContain(escape);
    const { client } = await launched({}, { supportsANSIStyling: true });
    await client.request("configurationDone");
    await client.event("stopped");
    expect(client.output("stdout")).toContain(`${escape}32mall 1 expectations hold${escape}39m`);
  });
});

describe("sources, modules, memory", () => {
  capability("supportsLoadedSourcesRequest", async () => {
    const { client } = await stopped();
    const { sources } = await client.request<{ sources: DebugProtocol.Source[] }>("loadedSources");
    expect(sources.map((each) => each.name)).toEqual([
      "virtio_balloon.ts",
      "vmscan.ts",
      "a.balloon.yaml",
    ]);
    for (const source of sources) {
      const { content } = await client.request<{ content: string }>("source", { source });
      expect(source.checksums).toEqual([{ algorithm: "SHA256", checksum: sha256(content) }]);
    }
  });

  test("a source names the files of Linux that it stands for, in the client's checkout if it has one", async () => {
    const find = async (launch: object, initialize: object = {}) => {
      const { client } = await launched(launch, initialize);
      const body = await client.request<{ sources: DebugProtocol.Source[] }>("loadedSources");
      return body.sources.map(({ sources }) => sources);
    };
    const file = { name: "drivers/virtio/virtio_balloon.c", origin: "Linux" };
    expect((await find({}))[0]).toEqual([file]);
    expect(await find({ linuxTree: "/src/linux/" })).toEqual([
      [{ ...file, path: "/src/linux/drivers/virtio/virtio_balloon.c" }],
      [{ name: "mm/vmscan.c", origin: "Linux", path: "/src/linux/mm/vmscan.c" }],
      undefined,
    ]);
    expect((await find({ linuxTree: "/a b" }, { pathFormat: "uri" }))[1]).toMatchObject([
      { path: "file:///a%20b/mm/vmscan.c" },
    ]);
  });

  capability("supportedChecksumAlgorithms", async () => {
    const { client } = await stopped();
    const set = async (checksum: string) => {
      const source = { ...driver, checksums: [{ algorithm: "SHA256", checksum }] };
      const body = { source, breakpoints: [{ line: 3 }] };
      return (await client.request<Breakpoints>("setBreakpoints", body)).breakpoints[0]!;
    };
    const { content } = await client.request<{ content: string }>("source", { source: driver });
    expect(await set(sha256(content))).toMatchObject({ verified: true });
    expect((await set(sha256(content))).message).toBeUndefined();
    expect(await set(sha256(`${content} `))).toMatchObject({
      verified: true,
      message: "This file is not the one that runs: its lines may have moved.",
    });
  });

  capability("supportsModulesRequest", async () => {
    const { client, stackFrames } = await looking();
    const all = await client.request<DebugProtocol.ModulesResponse["body"]>("modules", {});
    expect(all.totalModules).toBe(2);
    expect(all.modules[0]).toMatchObject({ name: "virtio_balloon.c", version: "v5.7" });
    expect(stackFrames[0]!.moduleId).toBe(all.modules[0]!.id);
    const second = await client.request("modules", { startModule: 1, moduleCount: 1 });
    expect(second).toEqual({ modules: [all.modules[1]], totalModules: 2 });
  });

  capability("additionalModuleColumns", async () => {
    const { client } = await stopped();
    const { modules } = await client.request<{ modules: Record<string, unknown>[] }>("modules");
    const columns = capabilities(false).additionalModuleColumns!;
    for (const module of modules) {
      for (const { attributeName, type } of columns)
        expect(typeof module[attributeName]).toBe(type);
    }
    expect(modules[0]).toMatchObject({ generation: "v5.7", functions: 2 });
  });

  capability("supportsReadMemoryRequest", async () => {
    const { client, locals } = await looking();
    const vb = (await variables(client, locals)).find((each) => each.name === "vb")!;
    const read = (offset: number, count: number) =>
      client.request("readMemory", { memoryReference: vb.memoryReference, offset, count });
    expect(await read(2, 3)).toEqual({ address: "0x1002", data: "AgME" });
    expect(await read(14, 4)).toEqual({ address: "0x100e", data: "Dg8=", unreadableBytes: 2 });
    expect(await read(100, 4)).toEqual({ address: "0x1064", unreadableBytes: 4 });
    expect(await read(0, 0)).toEqual({ address: "0x1000" });
  });

  capability("supportsWriteMemoryRequest", async () => {
    const { client, session } = await looking({ supportsMemoryEvent: true });
    const at = { memoryReference: "0x1000", offset: 14 };
    await client.request("readMemory", { ...at, count: 2 });
    const write = { ...at, data: "//8=" };
    expect(await client.request("writeMemory", write)).toEqual({ offset: 14, bytesWritten: 2 });
    expect(Array.from(session.bytes.slice(14))).toEqual([255, 255]);
    expect((await client.event("memory")).body).toEqual({ ...at, count: 2 });
    const tooLong = { ...at, data: "AAAAAA==" };
    expect(await client.refusal("writeMemory", tooLong)).toMatch(/^edit: There is no memory/);
    expect(await client.request("writeMemory", { ...tooLong, allowPartial: true })).toEqual({
      offset: 14,
      bytesWritten: 2,
    });
  });

  capability("supportsDisassembleRequest", async () => {
    const { client, stackFrames } = await looking();
    const memoryReference = stackFrames[0]!.instructionPointerReference!;
    const { instructions } = await client.request<Disassembly>("disassemble", {
      memoryReference,
      instructionOffset: -2,
      instructionCount: 5,
    });
    expect(
      instructions.map((each) => [each.address, each.instruction, each.presentationHint]),
    ).toEqual([
      ["0x7fe0", "no statement of the model", "invalid"],
      ["0x7ff0", "no statement of the model", "invalid"],
      ["0x8000", "line_0();", undefined],
      ["0x8010", "line_1();", undefined],
      ["0x8020", "line_2();", undefined],
    ]);
    expect(instructions[2]).toMatchObject({ symbol: "fill_balloon", line: 1 });
    expect(instructions[2]!.location).toMatchObject({ name: "virtio_balloon.ts" });
    expect(instructions[3]!.location).toBeUndefined();
    const end = await client.request<Disassembly>("disassemble", {
      memoryReference,
      offset: 16 * 20,
      instructionCount: 3,
    });
    expect(end.instructions.map((each) => each.address)).toEqual(["0x8140", "0x8150", "0x8160"]);
    expect(end.instructions.map((each) => each.presentationHint)).toEqual([
      undefined,
      "invalid",
      "invalid",
    ]);
  });
});
