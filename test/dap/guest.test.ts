/** What the capabilities promise, on a real guest: where the stand-in session proves nothing. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import type { BranchesBody, PageMapBody } from "../../src/dap/protocol.ts";
import { smallGuest } from "../session/small-guest.ts";
import { Guest, oomNotify, small, type StoppedBody } from "./guest.ts";

const program = "/small.balloon.yaml";
const start = (...functions: readonly string[]): Promise<Guest> =>
  Guest.start({ program, text: small }, functions);

const WITHOUT_NOTIFIER = small
  .replace("[stats-vq, deflate-on-oom]", "[stats-vq]")
  .replace("  - wait: 20ms\n", "  - run: memhog 200MiB\n  - wait: 1s\n");

type Targets = { readonly targets: readonly { readonly id: number; readonly label: string }[] };
type Info = DebugProtocol.DataBreakpointInfoResponse["body"];

describe("going through time", () => {
  it("reverse continue meets the stops of the way there, in reverse", async () => {
    const guest = await start("tell_host");
    const seen = [await guest.fingerprint()];
    for (let i = 0; i < 3; i++) {
      await guest.go("continue");
      seen.push(await guest.fingerprint());
    }
    for (const place of seen.slice(0, -1).toReversed()) {
      expect((await guest.go("reverseContinue")).reason).toBe("function breakpoint");
      expect(await guest.fingerprint()).toEqual(place);
    }
    expect((await guest.go("reverseContinue")).reason).toBe("entry");
    await guest.leave();
  });

  it("reverse steps go into what was called, and out to the call", async () => {
    const guest = await start("tell_host");
    const [inner, caller] = (await guest.frames()).map(({ name }) => name);
    expect(inner).toBe("tell_host");
    await guest.go("balloon/reverseStepOut");
    expect((await guest.top()).name).toBe(caller);
    const before = await guest.fingerprint();
    await guest.go("stepIn");
    await guest.go("balloon/reverseStepIn");
    expect(await guest.fingerprint()).toEqual(before);
    await guest.leave();
  });

  it("seeks to a time, a mark, a condition, a change, a branch, and says where there is none", async () => {
    const guest = await start();
    const seek = (target: object): Promise<StoppedBody> => guest.go("balloon/seek", target);
    const arrival = await seek({ time: 15_000_000 });
    expect(arrival).toMatchObject({ reason: "goto" });
    expect(arrival.virtualTime).toBeGreaterThanOrEqual(15_000_000);
    const { mark, fingerprint } = await guest.fingerprint();

    await seek({ condition: "vb->num_pages >= 1000", direction: "forward" });
    expect(await guest.evaluate("vb->num_pages")).toMatch(/^1000 pages/);
    const threshold = await guest.fingerprint();
    await seek({ time: 100_000_000 });
    await seek({ condition: "vb->num_pages >= 1000", direction: "back" });
    expect(await guest.fingerprint()).toEqual(threshold);

    const info = await guest.client.request<Info>("dataBreakpointInfo", {
      name: "balloon_inflate",
    });
    expect(await seek({ dataId: info.dataId, direction: "back" })).toMatchObject({
      reason: "goto",
      description: expect.stringMatching(/balloon_inflate: \d+ → \d+/) as string,
    });
    await seek({ mark });
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);

    const nowhere = await seek({ mark: { dispatch: 5, statement: 1e9 } });
    expect(nowhere).toMatchObject({
      reason: "goto",
      description: expect.stringMatching(/no state/) as string,
    });
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);
    await guest.leave();
  });

  it.each([
    [{ condition: "zork > 1" }, /unseekable: There is no zork here/],
    [{ condition: "1 +" }, /unseekable: The expression ends too early/],
    [{ function: "fil_balloon" }, /unseekable: .*fil_balloon.*fill_balloon/],
    [{ function: "fill_balloon", when: "zork > 1" }, /unseekable: There is no zork here/],
    [{ dataId: "zork" }, /unknownData: There is nothing to watch by the name zork/],
  ])("refuses to seek what cannot be looked for: %j", async (target, why) => {
    const guest = await start();
    expect(await guest.client.refusal("balloon/seek", target)).toMatch(why);
    expect(guest.client.count("stopped")).toBe(1);
    await guest.leave();
  });

  it("restarts a frame without an edit", async () => {
    const guest = await start("fill_balloon");
    const { fingerprint } = await guest.fingerprint();
    await guest.breakAt("tell_host");
    await guest.go("continue");
    const frame = (await guest.frames()).find(({ name }) => name === "fill_balloon")!;
    expect(frame.canRestart).toBe(true);
    await guest.go("restartFrame", { frameId: frame.id });
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);
    const { branches } = await guest.client.request<BranchesBody>("balloon/branches");
    expect(branches).toMatchObject([{ edits: [] }]);
    await guest.leave();
  });
});

describe("changing", () => {
  it("an edit in the past begins a branch, and both futures can be seen", async () => {
    const guest = await start("tell_host");
    await guest.breakAt();
    expect((await guest.go("continue")).reason).toBe("end");
    const end = await guest.fingerprint();
    await guest.breakAt("tell_host");
    await guest.go("reverseContinue");
    const stopped = await guest.fingerprint();
    const locals = await guest.scope("Locals");
    const vb = (await guest.variables(locals)).find(({ name }) => name === "vb")!;
    const set = { variablesReference: vb.variablesReference, name: "stop_update", value: "true" };
    expect(await guest.client.request("setVariable", set)).toMatchObject({ value: "true" });
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

  it("jumps over a call, which is then not made", async () => {
    const guest = await start("update_balloon_size");
    const { source, line } = await guest.top();
    await guest.go("next");
    const { targets } = await guest.client.request<Targets>("gotoTargets", { source, line });
    await guest.go("goto", { targetId: targets[0]!.id });
    expect(guest.stop.reason).toBe("goto");
    expect((await guest.top()).line).toBe(line);
    const { branches } = await guest.client.request<BranchesBody>("balloon/branches");
    expect(branches[0]!.edits).toMatchObject([{ text: `jump to line ${line}` }]);
    await guest.leave();
  });

  it("kills the task whose thread is terminated", async () => {
    const guest = await start();
    await guest.go("balloon/seek", { time: 15_000_000 });
    const threads = async (): Promise<readonly DebugProtocol.Thread[]> =>
      (await guest.client.request<DebugProtocol.ThreadsResponse["body"]>("threads")).threads;
    const reader = (await threads()).find(({ name }) => name.startsWith("reader"))!;
    await guest.client.request("terminateThreads", { threadIds: [reader.id] });
    await guest.go("balloon/seek", { time: 25_000_000 });
    expect((await threads()).some(({ id }) => id === reader.id)).toBe(false);
    const kswapd = (await threads()).find(({ name }) => name.startsWith("kswapd0"))!;
    expect(await guest.client.refusal("terminateThreads", { threadIds: [kswapd.id] })).toMatch(
      /kswapd0 is no process/,
    );
    await guest.leave();
  });

  it("that leaves a pointer to nothing ends in an oops, and the session goes on", async () => {
    const guest = await start("update_balloon_size_func");
    const { line, source } = await guest.top();
    const where = { source, line: line + 1 };
    const { targets } = await guest.client.request<{ targets: { id: number }[] }>(
      "gotoTargets",
      where,
    );
    await guest.go("goto", { targetId: targets[0]!.id });
    expect(await guest.go("continue")).toMatchObject({ reason: "exception", description: "Oops" });
    const info = await guest.client.request<DebugProtocol.ExceptionInfoResponse["body"]>(
      "exceptionInfo",
      { threadId: guest.thread },
    );
    expect(info).toMatchObject({ exceptionId: "Oops", breakMode: "unhandled" });
    expect(info.details!.stackTrace).toMatch(
      /^BUG: kernel NULL.*\n.*RIP: 0010:update_balloon_size_func/s,
    );
    expect(guest.client.output("console")).toContain(info.details!.stackTrace);
    const threadId = guest.thread;
    expect(await guest.client.refusal("continue", { threadId })).toMatch(/^oops: The guest cannot/);
    expect((await guest.top()).name).toBe("update_balloon_size_func");
    expect((await guest.go("stepBack")).reason).toBe("step");
    await guest.leave();
  });

  it("turns a knob", async () => {
    const guest = await start();
    await guest.go("balloon/seek", { time: 15_000_000 });
    const knob = { name: "balloon.target", value: "1 MiB / 4 KiB" };
    await guest.client.request("balloon/setKnob", knob);
    await guest.go("balloon/seek", { condition: "balloon.actual == 256", direction: "forward" });
    expect(await guest.evaluate("vb->num_pages")).toMatch(/^256 pages/);
    await guest.leave();
  });
});

describe("watching", () => {
  it("a counter: each change, forwards and back", async () => {
    const guest = await start();
    const info = await guest.client.request<Info>("dataBreakpointInfo", {
      name: "balloon_inflate",
    });
    const [view] = await guest.watch(info.dataId!, { condition: "balloon_inflate >= 300" });
    expect(view!.verified).toBe(true);
    const texts: (string | undefined)[] = [];
    for (const command of ["continue", "continue", "reverseContinue"]) {
      const { reason, description, text, hitBreakpointIds } = await guest.go(command);
      expect([reason, hitBreakpointIds]).toEqual(["data breakpoint", [view!.id]]);
      expect(text).toMatch(
        /, by balloon_page_enqueue at mm\/balloon_compaction\.ts:\d+ in kworker/,
      );
      texts.push(description);
    }
    expect(texts).toEqual([
      "balloon_inflate: 299 → 300",
      "balloon_inflate: 300 → 301",
      "balloon_inflate: 299 → 300",
    ]);
    await guest.leave();
  });

  it("by kind of access; what a client offers as a change is one", async () => {
    const text = smallGuest("  - kill: reader\n  - run: memhog 70MiB\n  - wait: 100ms\n");
    const launch = { program: "/small.balloon.yaml", text, kernel: "v4.19" };
    const actual = '["global","host/virtio_balloon.ts","balloon","actual"]';
    const stops = async (accessType: string | undefined, clientID?: string): Promise<string[]> => {
      const guest = await Guest.start(launch, [], { clientID });
      const [view] = await guest.watch(actual, { accessType });
      expect(view!.verified).toBe(true);
      const texts: string[] = [];
      for (;;) {
        const { reason, description } = await guest.go("continue");
        if (reason !== "data breakpoint") break;
        texts.push(description!);
      }
      await guest.leave();
      return texts;
    };
    const writes = await stops("write");
    const changes = await stops(undefined);
    expect(changes.length).toBeGreaterThan(2);
    expect(writes.length).toBeGreaterThan(changes.length);
    expect(await stops("change")).toEqual(changes);
    expect(await stops("write", "vscode")).toEqual(changes);
    const reads = await stops("read");
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.filter((text) => !text.startsWith("balloon.actual is read: "))).toEqual([]);
  });

  it("thresholds, which the editor's own data breakpoints do not replace", async () => {
    const guest = await start();
    const ask = (thresholds: object[]) =>
      guest.client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>("balloon/setThresholds", {
        thresholds,
      });
    const { breakpoints } = await ask([
      { name: "balloon_pages", condition: ">= 1 MiB / 4 KiB" },
      { name: "nr_fre_pages", condition: "< 5" },
    ]);
    expect(breakpoints).toMatchObject([{ verified: true }, { verified: false }]);
    expect(breakpoints[1]!.message).toContain("Did you mean nr_free_pages?");
    await guest.client.request("setDataBreakpoints", { breakpoints: [] });
    expect(await guest.go("continue")).toMatchObject({
      reason: "data breakpoint",
      text: expect.stringMatching(/^balloon_pages: 255 → 256, by fill_balloon at /) as unknown,
      hitBreakpointIds: [breakpoints[0]!.id],
    });
    await ask([]);
    expect((await guest.go("continue")).reason).toBe("end");
    await guest.leave();
  });

  it("a crossing among the function breakpoints, both ways", async () => {
    const guest = await start();
    const set = async (...names: readonly object[]): Promise<DebugProtocol.Breakpoint[]> => {
      const { breakpoints } = await guest.client.request<{
        breakpoints: DebugProtocol.Breakpoint[];
      }>("setFunctionBreakpoints", { breakpoints: names });
      return breakpoints;
    };
    const answer = await set(
      { name: "virtio_balloon_none" },
      { name: "balloon_pages crosses 256", condition: "1" },
      { name: "nr_fre_pages crosses 5" },
      { name: "tell_host" },
    );
    expect(answer.map(({ verified }) => verified)).toEqual([false, true, false, true]);
    expect(answer[1]!.message).toContain("The condition is not used");
    expect(answer[2]!.message).toContain("Did you mean nr_free_pages?");
    const hit = { reason: "data breakpoint", hitBreakpointIds: [answer[1]!.id] };
    expect(await guest.go("continue")).toMatchObject({
      ...hit,
      text: expect.stringMatching(/^balloon_pages: 255 → 256, by fill_balloon at /) as unknown,
    });
    expect(await guest.go("continue")).toMatchObject({ reason: "function breakpoint" });
    expect(await guest.go("reverseContinue")).toMatchObject({
      ...hit,
      text: expect.stringMatching(/^balloon_pages: 255 → 256, by fill_balloon at /) as unknown,
    });
    await guest.client.request("balloon/setKnob", { name: "balloon.target", value: "0" });
    await set({ name: "balloon_pages crosses 256" });
    const down = await guest.go("continue");
    expect(down.reason).toBe("data breakpoint");
    expect(down.text).toMatch(/^balloon_pages: 256 → \d+, by leak_balloon at /);
    await guest.leave();
  });

  it("a counter can be asked for while the guest runs", async () => {
    const guest = await start();
    await guest.client.request("continue", { threadId: guest.thread });
    const info = await guest.client.request<Info>("dataBreakpointInfo", { name: "balloon_pages" });
    expect(info).toMatchObject({ accessTypes: expect.arrayContaining(["write"]) as unknown });
    await guest.leave();
  });

  it("a page: who takes it out of the balloon, and who put it there", async () => {
    const guest = await start("virtballoon_changed");
    await guest.breakAt();
    await guest.go("balloon/seek", { time: 40_000_000 });
    const list = await guest.variable("Balloon", "vb_dev_info.pages");
    expect(list.indexedVariables).toBeGreaterThan(100);
    const reference = list.variablesReference;
    const [page] = await guest.variables(reference, { filter: "indexed", start: 7, count: 1 });
    expect(page!.value).toMatch(/^pfn 0x[0-9a-f]+, balloon$/);
    const watched = { variablesReference: reference, name: page!.name };
    const info = await guest.client.request<Info>("dataBreakpointInfo", watched);
    expect(info.description).toMatch(/struct page of pfn/);
    await guest.go("balloon/seek", { dataId: info.dataId, direction: "back" });
    expect((await guest.top()).name).toMatch(/^balloon_page_/);
    await guest.watch(info.dataId!);
    expect((await guest.go("reverseContinue")).reason).toBe("data breakpoint");
    expect((await guest.frames()).map(({ name }) => name).join(" ")).toMatch(/alloc|rmqueue/);
    await guest.leave();
  });
});

describe("looking", () => {
  const bytes = (data: string | undefined): DataView => {
    const buffer = Buffer.from(data ?? "", "base64");
    return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  };

  it("shows the stack of a call that is over, and where the guest is stays so", async () => {
    const text = small.replace("- wait: 20ms\n  - balloon", "- run: memhog 90MiB\n  - balloon");
    const guest = await Guest.start({ program: "/oom.balloon.yaml", text }, ["out_of_memory"]);
    await guest.breakAt("virtio_balloon_oom_notify");
    await guest.go("continue");
    await guest.go("continue");
    const before = await guest.fingerprint();
    const call = await guest.variable(
      "OOM",
      "oom_notify_list",
      "virtio_balloon_oom_notify()",
      "last calls",
      "call 1",
    );
    const frames = await guest.variables(call.variablesReference);
    expect(frames[0]).toMatchObject({ name: "#0", balloonMark: expect.anything() as unknown });
    expect(frames[0]!.value).toMatch(/^virtio_balloon_oom_notify at balloon/);
    expect(await guest.fingerprint()).toEqual(before);
    const variable = { variablesReference: call.variablesReference, name: "#0" };
    await guest.go("balloon/seek", { variable });
    expect((await guest.top()).name).toBe("virtio_balloon_oom_notify");
    await guest.leave();
  });

  it("reads and writes a struct page", async () => {
    const guest = await start();
    await guest.go("balloon/seek", { time: 40_000_000 });
    const { memoryReference } = await guest.client.request<{ memoryReference: string }>(
      "evaluate",
      {
        expression: "mem_map[100]",
      },
    );
    expect(memoryReference).toBe(`0x${(0xffffea0000000000n + 6400n).toString(16)}`);
    const read = async (): Promise<DataView> => {
      const body = { memoryReference, count: 64 };
      return bytes((await guest.client.request<{ data: string }>("readMemory", body)).data);
    };
    expect((await read()).byteLength).toBe(64);
    const data = Buffer.from([7, 0, 0, 0, 0, 0, 0, 0]).toString("base64");
    const write = { memoryReference, offset: 32, data };
    expect(await guest.client.request("writeMemory", write)).toMatchObject({ bytesWritten: 8 });
    expect((await read()).getBigUint64(32, true)).toBe(7n);
    expect(await guest.evaluate("page_index[100]")).toBe("7");
    const link = { memoryReference, offset: 8, data };
    expect(await guest.client.refusal("writeMemory", link)).toMatch(/^edit: /);
    await guest.leave();
  });

  it("reads a ring: its index is where the driver has come to", async () => {
    const guest = await start();
    await guest.go("balloon/seek", { time: 40_000_000 });
    const queue = (await guest.variables(await guest.scope("Virtqueues")))[0]!;
    const members = await guest.variables(queue.variablesReference);
    const member = (name: string) => members.find((each) => each.name === name)!.value;
    // A split ring: the available ring lies behind the descriptors (virtio 1.2, 2.7.2).
    const offset = 16 * Number(/^(\d+) descriptors/.exec(queue.value)![1]);
    const ring = { memoryReference: queue.memoryReference, offset, count: 4 };
    const { data } = await guest.client.request<{ data: string }>("readMemory", ring);
    expect(bytes(data).getUint16(2, true)).toBe(Number(member("avail->idx")));
    expect(member("avail->idx")).not.toBe("0");
    // The device's index as a variable can be watched.
    const watched = { variablesReference: queue.variablesReference, name: "used->idx" };
    const info = await guest.client.request<Info>("dataBreakpointInfo", watched);
    await guest.watch(info.dataId!);
    await guest.go("reverseContinue");
    expect(guest.stop.reason).toBe("data breakpoint");
    expect((await guest.frames()).map(({ name }) => name).join(" ")).toMatch(
      /virtqueue_.*(flush|push)/,
    );
    await guest.leave();
  });

  it("disassembles around the statement, and stops at a row", async () => {
    const guest = await start("fill_balloon");
    const { instructionPointerReference: memoryReference, line } = await guest.top();
    const { instructions } = await guest.client.request<{
      instructions: DebugProtocol.DisassembledInstruction[];
    }>("disassemble", { memoryReference, instructionOffset: -2, instructionCount: 8 });
    expect(instructions).toHaveLength(8);
    expect(instructions[2]).toMatchObject({
      address: memoryReference,
      symbol: "fill_balloon",
      line,
    });
    expect(instructions[3]!.symbol).toBe("fill_balloon+0x10");
    const next = { instructionReference: memoryReference, offset: 16 };
    await guest.breakAt();
    await guest.client.request("setInstructionBreakpoints", { breakpoints: [next] });
    expect((await guest.go("continue")).reason).toBe("instruction breakpoint");
    expect((await guest.top()).line).toBe(instructions[3]!.line);
    await guest.leave();
  });

  it("disassembles as many rows as were asked for, wherever that is", async () => {
    const guest = await start("fill_balloon");
    const { instructionPointerReference: here } = await guest.top();
    const rows = async (memoryReference: string, instructionCount: number, rest: object = {}) => {
      const body = { memoryReference, instructionCount, ...rest };
      const { instructions } = await guest.client.request<
        NonNullable<DebugProtocol.DisassembleResponse["body"]>
      >("disassemble", body);
      expect(instructions).toHaveLength(instructionCount);
      return instructions.map(({ address, presentationHint }) => [address, presentationHint]);
    };
    const invalid = (address: string) => [address, "invalid"];
    expect(await rows("0x1008", 2)).toEqual([invalid("0x1000"), invalid("0x1010")]);
    expect(await rows("0x0", 2, { instructionOffset: -1 })).toEqual([
      invalid("0xfffffffffffffff0"),
      invalid("0x0"),
    ]);
    expect(await rows("0xffffffff81000000", 2, { instructionOffset: -1 })).toEqual([
      invalid("0xffffffff80fffff0"),
      ["0xffffffff81000000", undefined],
    ]);
    expect((await rows(here!, 1, { offset: 2 ** 50 }))[0]![1]).toBe("invalid");
    expect((await rows(here!, 1, { offset: 16, instructionOffset: -1 }))[0]![0]).toBe(here);
    await guest.leave();
  });

  it("steps into the target that is chosen", async () => {
    const guest = await start("update_balloon_size_func");
    for (let i = 0; i < 20; i++) {
      const { id: frameId } = await guest.top();
      const { targets } = await guest.client.request<Targets>("stepInTargets", { frameId });
      const target = targets.find(({ label }) => label === "fill_balloon");
      if (target === undefined) {
        await guest.go("next");
        continue;
      }
      await guest.go("stepIn", { targetId: target.id });
      expect((await guest.top()).name).toBe("fill_balloon");
      return guest.leave();
    }
    throw new Error("no statement of update_balloon_size_func offers fill_balloon");
  });

  it("passes over the stops of others in single-thread execution", async () => {
    const guest = await start("tell_host");
    await guest.breakAt("tell_host", "find_get_page");
    const { thread } = guest;
    await guest.go("continue", { singleThread: true });
    expect([guest.thread, (await guest.top()).name]).toEqual([thread, "tell_host"]);
    await guest.go("continue");
    expect((await guest.top()).name).toBe("find_get_page");
    await guest.leave();
  });

  it("maps all pages, the balloon's among them", async () => {
    const guest = await start();
    await guest.go("balloon/seek", { time: 40_000_000 });
    const map = await guest.client.request<PageMapBody>("balloon/pageMap", { resolution: 1024 });
    const tiles = new Uint8Array(Buffer.from(map.tiles, "base64"));
    expect(tiles).toHaveLength(1024);
    expect(map.pagesPerTile).toBe(32);
    // The host has taken the pages of the balloon.
    const discarded = map.states.indexOf("discarded");
    expect(tiles.filter((each) => each === discarded).length).toBeGreaterThan(100);
    await guest.leave();
  });
});

it("exception info is the kernel's report of the notification", async () => {
  const guest = await Guest.start({ program: oomNotify });
  await guest.client.request("setExceptionBreakpoints", {
    filters: [],
    filterOptions: [{ filterId: "oom-notify", condition: "vb->num_pages < 700 MiB / 4 KiB - 300" }],
  });
  expect((await guest.go("continue")).reason).toBe("exception");
  expect(await guest.evaluate("balloon_deflate")).toBe("512");
  const info = await guest.client.request<DebugProtocol.ExceptionInfoResponse["body"]>(
    "exceptionInfo",
    { threadId: guest.thread },
  );
  expect(info.exceptionId).toBe("OOM notifier ran");
  const report = info.details!.stackTrace!;
  for (const part of ["out_of_memory", "memhog", "Call Trace", "Mem-Info", "Node 0"]) {
    expect(report).toContain(part);
  }
  const [head, cpu] = report.split("\n");
  expect(head).toBe(
    "memhog invoked oom-killer: gfp_mask=0x100dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), order=0, oom_score_adj=0",
  );
  expect(cpu).toMatch(/^CPU: [01] PID: \d+ Comm: memhog Not tainted 6\.1$/);
  expect(report).toMatch(/^\[ +\d+\] +0 +\d+ +102400 +\d+ +\d+ +0 +0 memhog$/m);
  await guest.leave();
});

it("says whom the OOM killer has chosen, and goes back to the beginning of frames that have one", async () => {
  const guest = await Guest.start({ program, text: WITHOUT_NOTIFIER });
  await guest.client.request("setExceptionBreakpoints", { filters: ["oom-kill"] });
  const { reason, text } = await guest.go("continue");
  expect(reason).toBe("exception");
  expect(text).toMatch(/^The OOM killer has chosen a victim: memhog, pid \d+$/);
  const info = await guest.client.request<DebugProtocol.ExceptionInfoResponse["body"]>(
    "exceptionInfo",
    { threadId: guest.thread },
  );
  const [, pid] = /pid (\d+)/.exec(text!)!;
  expect(info.details!.stackTrace).toContain(`CONSTRAINT_NONE,task=memhog,pid=${pid}`);
  const frames = await guest.frames();
  expect(frames.at(-1)!.canRestart).toBe(false);
  const restart = { frameId: frames.at(-1)!.id };
  expect(await guest.client.refusal("restartFrame", restart)).toMatch(/^notRestartable/);
  const caller = frames.find(({ name }) => name === "out_of_memory")!;
  expect(await guest.go("restartFrame", { frameId: caller.id })).not.toHaveProperty("text");
  expect((await guest.top()).name).toBe("out_of_memory");
  await guest.leave();
});
