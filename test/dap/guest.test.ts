/** What the adapter does beyond the protocol's capabilities, on a real guest. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import type { PageMapBody } from "../../src/dap/protocol.ts";
import { smallGuest } from "../session/small-guest.ts";
import { Guest, small, type StoppedBody } from "./guest.ts";

const program = "/small.balloon.yaml";
const start = (...functions: readonly string[]): Promise<Guest> =>
  Guest.start({ program, text: small }, functions);

const WITHOUT_NOTIFIER = small
  .replace("[stats-vq, deflate-on-oom]", "[stats-vq]")
  .replace("  - wait: 20ms\n", "  - run: memhog 200MiB\n  - wait: 1s\n");

type Info = DebugProtocol.DataBreakpointInfoResponse["body"];

describe("going through time", () => {
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
});

describe("changing", () => {
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
