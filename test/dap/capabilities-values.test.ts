/** Capabilities: values and how they are changed, sources, memory. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/sha256.ts";
import { capabilities } from "../../src/dap/capabilities.ts";
import type { BranchesBody } from "../../src/dap/protocol.ts";
import { capability, driver, program, set, start } from "./capability.ts";
import { Guest, small } from "./guest.ts";

type Disassembly = { readonly instructions: DebugProtocol.DisassembledInstruction[] };
type Sources = { readonly sources: DebugProtocol.Source[] };
type Modules = DebugProtocol.ModulesResponse["body"];

/** A guest in `tell_host`, and ways to ask about its innermost frame. */
async function looking() {
  const guest = await start("tell_host");
  const { id: frameId } = await guest.top();
  const evaluate = (expression: string, context: string, rest: object = {}) =>
    guest.client.ask("evaluate", { expression, context, frameId, ...rest });
  const result = async (expression: string, context: string, rest: object = {}) =>
    (
      await guest.client.request<{ result: string }>("evaluate", {
        expression,
        context,
        frameId,
        ...rest,
      })
    ).result;
  return { guest, frameId, evaluate, result };
}

describe("looking and changing", () => {
  capability("supportsEvaluateForHovers", async () => {
    const { guest, evaluate, result } = await looking();
    const { fingerprint } = await guest.fingerprint();
    expect(await result("vb->num_pages", "hover")).toMatch(/^\d+ pages \(\d.* [KM]iB\)$/);
    expect(await result("vb->num_pages * 4 KiB < 1 GiB", "hover")).toBe("true");
    for (const context of ["hover", "watch"]) {
      const answer = await evaluate("vb->num_pages = 5", context);
      expect([answer.success, answer.message]).toEqual([false, "evaluation"]);
    }
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);
    await guest.leave();
  });

  capability("supportsClipboardContext", async () => {
    const { guest, result } = await looking();
    const text = await result("vb", "clipboard");
    const members = await guest.variables(
      (await guest.variable("Locals", "vb")).variablesReference,
    );
    expect(text.split("\n")).toHaveLength(members.length + 2);
    for (const { name, value } of members) expect(text).toContain(`\n  ${name} = ${value}\n`);
    expect(await result("vb->num_pages", "clipboard")).not.toContain("\n");
    await guest.leave();
  });

  const complete = async ({ client }: Guest, text: string, frameId?: number) =>
    (
      await client.request<DebugProtocol.CompletionsResponse["body"]>("completions", {
        text,
        column: text.length + 1,
        frameId,
      })
    ).targets;

  capability("supportsCompletionsRequest", async () => {
    const { guest, frameId } = await looking();
    const [local] = await complete(guest, "1 + v", frameId);
    expect(local).toMatchObject({ label: "vb", start: 5 });
    // Whatever is offered can be evaluated.
    const offered = await complete(guest, "balloon_", frameId);
    expect(offered.map(({ label }) => label)).toContain("balloon_inflate");
    for (const { label } of offered.slice(0, 5)) await guest.evaluate(label);
    expect((await complete(guest, "v")).map(({ label }) => label)).not.toContain("vq");
    await guest.leave();
  });

  capability("completionTriggerCharacters", async () => {
    const { guest, frameId } = await looking();
    const texts = { ".": "vb.", ">": "vb->" } as Record<string, string>;
    const triggers = capabilities(false).completionTriggerCharacters!;
    expect([...triggers].sort()).toEqual(Object.keys(texts).sort());
    for (const trigger of triggers) {
      const labels = (await complete(guest, texts[trigger]!, frameId)).map(({ label }) => label);
      expect(labels).toContain("num_pages");
      expect(labels).not.toContain("vb");
    }
    await guest.leave();
  });

  capability("supportsSetVariable", async () => {
    const guest = await start("tell_host");
    await guest.breakAt();
    expect((await guest.go("continue")).reason).toBe("end");
    const end = await guest.fingerprint();
    await guest.breakAt("tell_host");
    await guest.go("reverseContinue");
    const stopped = await guest.fingerprint();
    const { variablesReference } = await guest.variable("Locals", "vb");
    const edit = { variablesReference, name: "stop_update", value: "true" };
    expect(await guest.client.request("setVariable", edit)).toMatchObject({ value: "true" });
    await guest.client.event("balloon/branches");
    const answer = await guest.client.request<BranchesBody>("balloon/branches");
    expect(answer).toMatchObject({
      current: 1,
      branches: [
        { id: 0, current: false, edits: [] },
        { id: 1, parent: 0, description: "set vb->stop_update = true", fork: stopped.mark },
      ],
    });
    await guest.breakAt();
    await guest.go("continue");
    const other = await guest.fingerprint();
    expect([other.branch, other.fingerprint === end.fingerprint]).toEqual([1, false]);
    await guest.go("balloon/seek", { branch: 0 });
    expect(await guest.fingerprint()).toEqual(end);
    await guest.go("balloon/seek", { branch: 1 });
    expect(await guest.fingerprint()).toEqual(other);
    await guest.leave();
  });

  capability("supportsSetExpression", async () => {
    const { guest, frameId, result } = await looking();
    const edit = { expression: "vb->num_pages", value: "1 MiB", frameId };
    expect(
      await guest.client.request("setExpression", { ...edit, format: { hex: true } }),
    ).toMatchObject({ value: "0x100 pages (1 MiB)" });
    expect(await result("vb->num_pages == 256", "watch")).toBe("true");
    // In the console an assignment is one.
    expect(await result("vb->num_pages = 7", "repl")).toMatch(/^7 pages/);
    const wrong = { ...edit, expression: "1 + 1" };
    expect(await guest.client.refusal("setExpression", wrong)).toMatch(/^edit: /);
    await guest.leave();
  });

  capability("supportsValueFormattingOptions", async () => {
    const { guest, result } = await looking();
    await guest.client.request("evaluate", { expression: "vb->num_pages = 256", context: "repl" });
    const hex = { format: { hex: true } };
    expect(await result("vb->num_pages", "watch")).toBe("256 pages (1 MiB)");
    expect(await result("vb->num_pages", "watch", hex)).toBe("0x100 pages (1 MiB)");
    expect(await result("vb->num_pages,x", "watch")).toBe("0x100 pages (1 MiB)");
    expect(await result("vb->num_pages * 2,p", "watch")).toBe("512 pages (2 MiB)");
    expect(await result("vb->num_pages,b", "watch")).toBe("256 B");
    const { variablesReference } = await guest.variable("Locals", "vb");
    const members = await guest.variables(variablesReference, hex);
    expect(members.find(({ name }) => name === "num_pages")!.value).toBe("0x100 pages (1 MiB)");
    const format = { parameters: true, parameterNames: true, module: true, line: true };
    const { stackFrames } = await guest.client.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      { threadId: guest.thread, format },
    );
    const { name, line } = stackFrames[0]!;
    expect(name).toBe(`virtio_balloon.c!tell_host(vb, vq) line ${line}`);
    await guest.leave();
  });

  capability("supportsDelayedStackTraceLoading", async () => {
    const { guest } = await looking();
    const whole = await guest.frames();
    expect(whole.length).toBeGreaterThan(4);
    const names: string[] = [];
    for (let startFrame = 0; startFrame < whole.length + 2; startFrame += 2) {
      const part = { threadId: guest.thread, startFrame, levels: 2 };
      const { stackFrames, totalFrames } = await guest.client.request<
        DebugProtocol.StackTraceResponse["body"]
      >("stackTrace", part);
      expect(totalFrames).toBe(whole.length);
      names.push(...stackFrames.map(({ name }) => name));
    }
    expect(names).toEqual(whole.map(({ name }) => name));
    await guest.leave();
  });

  capability("supportsANSIStyling", async () => {
    const escape = "\u001b[";
    const told = async (initialize: object): Promise<string> => {
      const text = small.replace("  - wait: 20ms\n  - balloon", "  - expect: 1\n  - balloon");
      const guest = await Guest.start({ program, text }, [], initialize);
      expect((await guest.go("continue")).reason).toBe("end");
      await guest.leave();
      return guest.client.output("console") + guest.client.output("stdout");
    };
    const plain = await told({});
    expect(plain).not.toContain(escape);
    const styled = await told({ supportsANSIStyling: true });
    expect(styled).toContain(`${escape}32m`);
    expect(styled.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });
});

describe("sources, modules, memory", () => {
  capability("supportsLoadedSourcesRequest", async () => {
    const guest = await start();
    const { sources } = await guest.client.request<Sources>("loadedSources");
    const names = sources.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["virtio_balloon.ts", "vmscan.ts", "small.balloon.yaml"]),
    );
    for (const source of sources.slice(-6)) {
      const { content } = await guest.client.request<{ content: string }>("source", { source });
      expect(source.checksums).toEqual([{ algorithm: "SHA256", checksum: sha256(content) }]);
    }
    const scenario = { source: sources.at(-1)! };
    expect(await guest.client.request("source", scenario)).toMatchObject({ content: small });
    await guest.leave();
  });

  test("a source names the files of Linux that it stands for, in the client's checkout if it has one", async () => {
    const find = async (launch: object, initialize: object = {}) => {
      const guest = await Guest.start({ program, text: small, ...launch }, [], initialize);
      const { sources } = await guest.client.request<Sources>("loadedSources");
      await guest.leave();
      return sources.find(({ name }) => name === "vmscan.ts")!.sources;
    };
    const file = { name: "mm/vmscan.c", origin: "Linux" };
    expect(await find({})).toEqual([file]);
    expect(await find({ linuxTree: "/src/linux/" })).toEqual([
      { ...file, path: "/src/linux/mm/vmscan.c" },
    ]);
    expect(await find({ linuxTree: "/a b" }, { pathFormat: "uri" })).toMatchObject([
      { path: "file:///a%20b/mm/vmscan.c" },
    ]);
  });

  capability("supportedChecksumAlgorithms", async () => {
    const guest = await start();
    const { content } = await guest.client.request<{ content: string }>("source", {
      source: driver,
    });
    const line = content.split("\n").findIndex((each) => each.includes("mutex_lock(")) + 1;
    const message = async (text: string): Promise<unknown> => {
      const source = { ...driver, checksums: [{ algorithm: "SHA256", checksum: sha256(text) }] };
      const [view] = await set(guest, "setBreakpoints", [{ line }], { source });
      expect(view!.verified).toBe(true);
      return view!.message;
    };
    expect(capabilities(false).supportedChecksumAlgorithms).toEqual(["SHA256"]);
    expect(await message(content)).toBeUndefined();
    expect(await message(`${content} `)).toContain("its lines may have moved");
    await guest.leave();
  });

  capability("supportsModulesRequest", async () => {
    const guest = await start("tell_host");
    const { modules, totalModules } = await guest.client.request<Modules>("modules", {});
    expect(modules).toHaveLength(totalModules!);
    const { moduleId } = await guest.top();
    const mine = modules.find(({ id }) => id === moduleId)!;
    expect(mine).toMatchObject({
      name: "virtio_balloon.c",
      path: "drivers/virtio/virtio_balloon.c",
      version: "v5.7",
    });
    const part = { startModule: 1, moduleCount: 2 };
    expect(await guest.client.request("modules", part)).toEqual({
      modules: modules.slice(1, 3),
      totalModules,
    });
    await guest.leave();
  });

  capability("additionalModuleColumns", async () => {
    const guest = await start();
    const { modules } = await guest.client.request<{ modules: Record<string, unknown>[] }>(
      "modules",
    );
    for (const { attributeName, type } of capabilities(false).additionalModuleColumns!) {
      expect(modules.filter((each) => typeof each[attributeName] !== type)).toEqual([]);
    }
    const balloon = modules.find(({ name }) => name === "virtio_balloon.c")!;
    expect(balloon).toMatchObject({ generation: "v5.7" });
    expect(balloon["functions"]).toBeGreaterThan(20);
    expect(balloon["sources"]).toContain("balloon/virtio_balloon.ts");
    await guest.leave();
  });

  const bytes = (data: string | undefined): DataView => {
    const buffer = Buffer.from(data ?? "", "base64");
    return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  };

  capability("supportsReadMemoryRequest", async () => {
    const guest = await start("tell_host");
    const page = await guest.variable("Balloon", "vb_dev_info.pages", "[0]");
    const pfn = Number(/pfn (0x[0-9a-f]+)/.exec(page.value)![1]);
    const memoryReference = page.memoryReference!;
    expect(BigInt(memoryReference)).toBe(0xffffea0000000000n + 64n * BigInt(pfn));
    const read = (rest: object) =>
      guest.client.request<DebugProtocol.ReadMemoryResponse["body"] & object>("readMemory", {
        memoryReference,
        ...rest,
      });
    const whole = await read({ count: 64 });
    // In the balloon, and held by it: page_type is offline, the count is one.
    expect(bytes(whole.data).getInt32(48, true)).toBe(-1 - 0x100);
    expect(bytes(whole.data).getInt32(52, true)).toBe(1);
    const part = await read({ offset: 48, count: 4 });
    expect(BigInt(part.address)).toBe(BigInt(memoryReference) + 48n);
    expect(part.data).toBe(Buffer.from(whole.data!, "base64").subarray(48, 52).toString("base64"));
    const nothing = { memoryReference: "0x10", count: 4 };
    expect(await guest.client.request("readMemory", nothing)).toEqual({
      address: "0x10",
      unreadableBytes: 4,
    });
    await guest.leave();
  });

  capability("supportsWriteMemoryRequest", async () => {
    const guest = await Guest.start({ program, text: small }, [], { supportsMemoryEvent: true });
    await guest.go("balloon/seek", { time: 40_000_000 });
    const { memoryReference } = await guest.client.request<{ memoryReference: string }>(
      "evaluate",
      { expression: "mem_map[100]" },
    );
    const read = async (): Promise<DataView> => {
      const body = { memoryReference, count: 64 };
      return bytes((await guest.client.request<{ data: string }>("readMemory", body)).data);
    };
    expect((await read()).byteLength).toBe(64);
    const data = Buffer.from([7, 0, 0, 0, 0, 0, 0, 0]).toString("base64");
    const write = { memoryReference, offset: 32, data };
    expect(await guest.client.request("writeMemory", write)).toMatchObject({ bytesWritten: 8 });
    expect((await guest.client.event("memory")).body).toEqual({
      memoryReference,
      offset: 0,
      count: 64,
    });
    expect((await read()).getBigUint64(32, true)).toBe(7n);
    expect(await guest.evaluate("page_index[100]")).toBe("7");
    const link = { memoryReference, offset: 8, data };
    expect(await guest.client.refusal("writeMemory", link)).toMatch(/^edit: /);
    await guest.leave();
  });

  capability("supportsDisassembleRequest", async () => {
    const guest = await start("fill_balloon");
    const { instructionPointerReference: here, line } = await guest.top();
    const rows = async (memoryReference: string, instructionCount: number, rest: object = {}) => {
      const body = { memoryReference, instructionCount, ...rest };
      const { instructions } = await guest.client.request<Disassembly>("disassemble", body);
      expect(instructions).toHaveLength(instructionCount);
      return instructions;
    };
    const around = await rows(here!, 8, { instructionOffset: -2 });
    expect(around[2]).toMatchObject({ address: here, symbol: "fill_balloon", line });
    expect(around[3]!.symbol).toBe("fill_balloon+0x10");
    // A statement's text is that of its place.
    const { content } = await guest.client.request<{ content: string }>("source", {
      source: driver,
    });
    for (const row of around.slice(2)) {
      expect(content.split("\n")[row.line! - 1]).toContain(
        row.instruction.split("\n")[0]!.slice(0, 20),
      );
    }
    // As many as were asked for, wherever that is.
    const outside = async (...asked: Parameters<typeof rows>) =>
      (await rows(...asked)).map(({ address, presentationHint }) => [address, presentationHint]);
    const invalid = (address: string) => [address, "invalid"];
    expect(await outside("0x1008", 2)).toEqual([invalid("0x1000"), invalid("0x1010")]);
    expect(await outside("0x0", 2, { instructionOffset: -1 })).toEqual([
      invalid("0xfffffffffffffff0"),
      invalid("0x0"),
    ]);
    expect(await outside("0xffffffff81000000", 2, { instructionOffset: -1 })).toEqual([
      invalid("0xffffffff80fffff0"),
      ["0xffffffff81000000", undefined],
    ]);
    expect((await outside(here!, 1, { offset: 2 ** 50 }))[0]![1]).toBe("invalid");
    const same = await rows(here!, 1, { offset: 16, instructionOffset: -1 });
    expect(same[0]!.address).toBe(here);
    await guest.leave();
  });
});
