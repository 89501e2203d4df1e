/** Capabilities: starting and ending, breakpoints, exceptions. And that there are all 42. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect, it } from "vitest";
import { breakpointModes, capabilities } from "../../src/dap/capabilities.ts";
import { nodeHost } from "../../src/dap/node-host.ts";
import { Parking } from "../../src/dap/parking.ts";
import { smallGuest } from "../session/small-guest.ts";
import { capability, driver, program, set, start, stopsOf, untilOom } from "./capability.ts";
import { TestClient } from "./client.ts";
import { Guest, oomNotify, small, type StoppedBody } from "./guest.ts";

type Info = DebugProtocol.DataBreakpointInfoResponse["body"];
type Exception = DebugProtocol.ExceptionInfoResponse["body"];

describe("starting and ending", () => {
  capability("supportsConfigurationDoneRequest", async () => {
    const client = new TestClient(nodeHost());
    await client.request("initialize", {});
    await client.request("launch", { program, text: small });
    await client.event("initialized");
    await client.request("setFunctionBreakpoints", { breakpoints: [{ name: "tell_host" }] });
    expect(await client.request("balloon/mark")).toMatchObject({ time: 0 });
    expect(client.count("stopped") + client.count("continued")).toBe(0);
    await client.request("configurationDone");
    expect((await client.event("stopped")).body).toMatchObject({ reason: "function breakpoint" });
    expect(await client.request("balloon/mark")).not.toMatchObject({ time: 0 });
    await client.request("disconnect");
    await client.closed;
  });

  capability("supportsRestartRequest", async () => {
    const guest = await start();
    const begin = await guest.fingerprint();
    const [{ id } = { id: 0 }] = await guest.breakAt("tell_host");
    await guest.go("continue");
    const there = await guest.fingerprint();
    await guest.client.request("balloon/setKnob", { name: "balloon.target", value: "0" });
    await guest.client.request("restart");
    guest.stop = (await guest.client.event("stopped", 2)).body as StoppedBody;
    expect(guest.stop).toMatchObject({ reason: "entry" });
    // A client counts it as stopped until it is told that it runs.
    expect(guest.client.count("continued")).toBe(2);
    expect(await guest.fingerprint()).toEqual(begin);
    expect((await guest.client.event("breakpoint")).body).toMatchObject({
      reason: "changed",
      breakpoint: { id, verified: true },
    });
    expect(await guest.go("continue")).toMatchObject({ hitBreakpointIds: [id] });
    expect(await guest.fingerprint()).toEqual(there);
    await guest.leave();
  });

  capability("supportsTerminateRequest", async () => {
    const guest = await start();
    await guest.client.request("continue", { threadId: guest.thread });
    await guest.client.request("terminate");
    await guest.client.event("terminated");
    expect(guest.client.count("exited")).toBe(0);
    expect(await guest.client.refusal("threads")).toMatch(/^ended/);
    await guest.leave();
  });

  /** A host whose guests can outlive their clients, and a guest of it at its first `tell_host`. */
  async function kept() {
    const host = { ...nodeHost(), parking: new Parking() };
    const guest = await Guest.start({ program, text: small }, ["tell_host"], {}, host);
    const there = await guest.fingerprint();
    const leave = async (how: object): Promise<void> => {
      await guest.client.request("disconnect", how);
      await guest.client.closed;
    };
    return { host, there, leave };
  }

  async function attached(host: ReturnType<typeof nodeHost>): Promise<Guest> {
    const client = new TestClient(host);
    await client.request("initialize", {});
    await client.request("attach", {});
    await client.event("initialized");
    await client.request("configurationDone");
    return Guest.of(client);
  }

  capability("supportTerminateDebuggee", async () => {
    const { host, there, leave } = await kept();
    await leave({ terminateDebuggee: false });
    const guest = await attached(host);
    // Nobody stopped it, so it has run on; how far depends on when somebody attached.
    expect(guest.stop.virtualTime).toBeGreaterThan(there.time);
    expect(guest.stop.reason).toMatch(/^(pause|end)$/);
    await guest.client.request("disconnect", { terminateDebuggee: true });
    await guest.client.closed;
    expect(host.parking.names()).toEqual([]);
  });

  capability("supportSuspendDebuggee", async () => {
    const { host, there, leave } = await kept();
    await leave({ suspendDebuggee: true });
    const guest = await attached(host);
    expect(await guest.fingerprint()).toEqual(there);
    // Its history has stayed too.
    expect(await guest.go("reverseContinue")).toMatchObject({ reason: "entry" });
    const other = new TestClient(host);
    await other.request("initialize", {});
    expect(await other.refusal("attach", {})).toMatch(/^notParked: No guest was left behind/);
    await guest.leave();
  });
});

describe("breakpoints", () => {
  capability("supportsFunctionBreakpoints", async () => {
    const guest = await start();
    const [one, two] = await guest.breakAt("tell_host", "tel_host");
    expect([one!.verified, two!.verified]).toEqual([true, false]);
    expect(two!.message).toContain("Did you mean tell_host?");
    expect(await guest.go("continue")).toMatchObject({
      reason: "function breakpoint",
      hitBreakpointIds: [one!.id],
    });
    expect(await guest.top()).toMatchObject({ name: "tell_host", line: one!.line });
    await guest.leave();
  });

  capability("supportsConditionalBreakpoints", async () => {
    const guest = await start();
    const at = (condition: string) =>
      set(guest, "setFunctionBreakpoints", [{ name: "tell_host", condition }]);
    const pages = async () => Number.parseInt(await guest.evaluate("vb->num_pages"), 10);
    await at(" ");
    const all = await stopsOf(guest, "function breakpoint", pages);
    await guest.go("balloon/seek", { time: 0 });
    await at("vb->num_pages >= 1000 && current->comm != 0");
    const some = await stopsOf(guest, "function breakpoint", pages);
    expect(some).toEqual(all.filter((each) => each >= 1000));
    expect(some.length).toBeLessThan(all.length);
    // At the true past state, in reverse order.
    const back = await stopsOf(guest, "function breakpoint", pages, "reverseContinue");
    expect(back).toEqual(some.toReversed());
    await guest.leave();
  });

  capability("supportsHitConditionalBreakpoints", async () => {
    const guest = await start();
    const at = async (hitCondition: string): Promise<number[]> => {
      await guest.go("balloon/seek", { time: 0 });
      await set(guest, "setFunctionBreakpoints", [{ name: "tell_host", hitCondition }]);
      return stopsOf(guest, "function breakpoint", ({ virtualTime }) => virtualTime);
    };
    const all = await at("");
    expect(all.length).toBeGreaterThan(8);
    expect(await at("5")).toEqual([all[4]]);
    expect(await at(">= 5")).toEqual(all.slice(4));
    expect(await at("% 4")).toEqual(all.filter((_, index) => index % 4 === 3));
    await guest.leave();
  });

  capability("supportsLogPoints", async () => {
    const guest = await start();
    const logMessage = "told of {vb->num_pages} pages";
    const { line, source } = (await guest.breakAt("tell_host"))[0]!;
    await guest.go("continue");
    const value = await guest.evaluate("vb->num_pages");
    await guest.breakAt();
    await guest.go("reverseContinue");
    await set(guest, "setBreakpoints", [{ line, logMessage }], { source });
    expect((await guest.go("continue")).reason).toBe("end");
    const told = guest.client.output("console").match(/^told of .*$/gm)!;
    expect(told[0]).toBe(`told of ${value} pages`);
    expect(new Set(told).size).toBeGreaterThan(8);
    await guest.leave();
  });

  capability("supportsBreakpointLocationsRequest", async () => {
    const guest = await start();
    const ask = async (source: object, line: number, endLine?: number) =>
      (
        await guest.client.request<DebugProtocol.BreakpointLocationsResponse["body"]>(
          "breakpointLocations",
          { source, line, endLine },
        )
      ).breakpoints;
    const all = await ask(driver, 1, 1000);
    const places = all.map(({ line, column }) => ({ line, column }));
    expect(places.length).toBeGreaterThan(50);
    // Each is where a breakpoint stands that is set there, and several may share a line.
    const views = await set(guest, "setBreakpoints", places, { source: driver });
    expect(views.map(({ line, column }) => ({ line, column }))).toEqual(places);
    expect(new Set(places.map(({ line }) => line)).size).toBeLessThan(places.length);
    const steps = await ask({ path: program }, 1, 100);
    expect(steps.map(({ line }) => line)).toEqual([11, 13, 14, 15, 17]);
    expect(await ask({ path: "/etc/passwd" }, 1, 100)).toEqual([]);
    await guest.leave();
  });

  capability("supportsInstructionBreakpoints", async () => {
    const guest = await start("fill_balloon");
    const { instructionPointerReference: instructionReference, line } = await guest.top();
    await guest.breakAt();
    const views = await set(guest, "setInstructionBreakpoints", [
      { instructionReference, offset: 16, condition: "vb->num_pages >= 512" },
      { instructionReference: "0x0" },
    ]);
    expect(views.map(({ verified }) => verified)).toEqual([true, false]);
    expect(views[0]!.line).toBeGreaterThan(line);
    expect(await guest.go("continue")).toMatchObject({
      reason: "instruction breakpoint",
      hitBreakpointIds: [views[0]!.id],
    });
    expect(await guest.top()).toMatchObject({ name: "fill_balloon", line: views[0]!.line });
    expect(await guest.evaluate("vb->num_pages")).toMatch(/^512 pages/);
    await guest.leave();
  });

  capability("supportsDataBreakpoints", async () => {
    const guest = await start();
    const info = await guest.client.request<Info>("dataBreakpointInfo", {
      name: "balloon_inflate",
    });
    expect(info.accessTypes).toEqual(["read", "write", "readWrite"]);
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
    expect(await guest.client.request("dataBreakpointInfo", { name: "zork" })).toMatchObject({
      dataId: null,
    });
    await guest.leave();
  });

  capability("supportsDataBreakpointBytes", async () => {
    const guest = await start("virtballoon_changed");
    const [queue] = await guest.variables(await guest.scope("Virtqueues"));
    const descriptors = Number(/^(\d+) descriptors/.exec(queue!.value)![1]);
    // Flags and index of the available ring, behind the descriptors (virtio 1.2, 2.7.6).
    const address = `0x${(BigInt(queue!.memoryReference!) + 16n * BigInt(descriptors)).toString(16)}`;
    const ask = { name: address, asAddress: true, bytes: 4 };
    const { dataId, description } = await guest.client.request<Info>("dataBreakpointInfo", ask);
    expect(description).toMatch(/^4 bytes at 0x[0-9a-f]+: .+, .+$/);
    const index = async (): Promise<number> => {
      const read = { memoryReference: address, count: 4 };
      const { data } = await guest.client.request<{ data: string }>("readMemory", read);
      return Buffer.from(data, "base64").readUInt16LE(2);
    };
    const before = await index();
    await guest.breakAt();
    const [view] = await guest.watch(dataId!);
    expect(await guest.go("continue")).toMatchObject({
      reason: "data breakpoint",
      hitBreakpointIds: [view!.id],
    });
    expect(await index()).toBe(before + 1);
    const nowhere = { name: "0x9", asAddress: true, bytes: 4 };
    expect(await guest.client.request("dataBreakpointInfo", nowhere)).toMatchObject({
      dataId: null,
    });
    await guest.leave();
  });

  capability("breakpointModes", async () => {
    expect(breakpointModes.map(({ mode }) => mode)).toEqual(["both", "forward", "back"]);
    const guest = await start();
    await set(guest, "setFunctionBreakpoints", [
      { name: "tell_host", mode: "forward" },
      { name: "fill_balloon", mode: "back" },
      { name: "virtballoon_changed", mode: "both" },
    ]);
    const name = async () => (await guest.top()).name;
    const there = new Set(await stopsOf(guest, "function breakpoint", name));
    const back = new Set(await stopsOf(guest, "function breakpoint", name, "reverseContinue"));
    expect([...there].sort()).toEqual(["tell_host", "virtballoon_changed"]);
    expect([...back].sort()).toEqual(["fill_balloon", "virtballoon_changed"]);
    await guest.leave();
  });
});

describe("exceptions", () => {
  const without = small
    .replace("[stats-vq, deflate-on-oom]", "[stats-vq]")
    .replace("  - wait: 20ms\n", "  - run: memhog 200MiB\n  - wait: 1s\n");
  const pressed = smallGuest("").replace(/balloon: 30MiB[^]*/, "balloon: 80MiB\n  - wait: 100ms\n");
  const wrong = smallGuest("  - expect: balloon_inflate == 5\n");
  const full = smallGuest("")
    .replace("[stats-vq, deflate-on-oom]", "[stats-vq]")
    .replace(/balloon: 30MiB[^]*/, "balloon: 127MiB\n  - wait: 2s\n");

  async function withFilters(text: string, exceptions: object, kernel = "v5.7"): Promise<Guest> {
    const guest = await Guest.start({ program, text, kernel });
    await guest.client.request("setExceptionBreakpoints", { filters: [], ...exceptions });
    return guest;
  }

  const filters: readonly (readonly [string, string, string, string, RegExp])[] = [
    ["oom-kill", without, "v5.7", "OOM kill", /^oom_kill_process$/],
    ["oom-notify", untilOom, "v5.7", "OOM notifier ran", /^virtio_balloon_oom_notify$/],
    ["balloon-shrink", pressed, "v4.19", "Shrinker deflated", /^virtio_balloon_shrinker_scan$/],
    ["direct-reclaim", pressed, "v4.19", "Direct reclaim entered", /^try_to_free_pages$/],
    ["alloc-failure", full, "v5.7", "Allocation failed", /^warn_alloc$/],
    ["out-of-puff", full, "v5.7", "Out of puff", /./],
    ["expectation", wrong, "v5.7", "Expectation failed", /./],
  ];

  capability("exceptionBreakpointFilters", async () => {
    for (const [filter, text, kernel, label, top] of filters) {
      const guest = await withFilters(text, { filters: [filter] }, kernel);
      const stop = await guest.go("continue");
      expect([filter, stop.reason]).toEqual([filter, "exception"]);
      expect(stop.description).toContain(label);
      expect((await guest.top()).name).toMatch(top);
      await guest.leave();
      // Without the filter nothing stops there.
      const other = await withFilters(text, { filters: [] }, kernel);
      expect((await other.go("continue")).reason).toBe("end");
      await other.leave();
    }
  });

  capability("supportsExceptionFilterOptions", async () => {
    const options = (condition: string, mode: string) => ({
      filterOptions: [{ filterId: "oom-notify", condition, mode }],
    });
    const guest = await withFilters(untilOom, options("vb->num_pages < 30 MiB / 4 KiB", "both"));
    expect((await guest.go("continue")).reason).toBe("exception");
    // Not the first call, at which the balloon is whole.
    expect(await guest.evaluate("balloon_deflate")).toBe("256");
    await guest.client.request("setExceptionBreakpoints", {
      filters: [],
      ...options("1", "back"),
    });
    expect((await guest.go("continue")).reason).toBe("end");
    expect((await guest.go("reverseContinue")).reason).toBe("exception");
    await guest.leave();
  });

  capability("supportsExceptionOptions", async () => {
    const stops = async (...exceptionOptions: object[]): Promise<string[]> => {
      const guest = await withFilters(without, { exceptionOptions });
      const seen = await stopsOf(guest, "exception", ({ description }) => description ?? "");
      await guest.leave();
      return [...new Set(seen)].sort();
    };
    const [oom, reclaim] = [[{ names: ["oom"] }], [{ names: ["reclaim"] }]];
    expect(await stops({ path: oom, breakMode: "always" })).toEqual(["OOM kill"]);
    expect(await stops({ path: oom, breakMode: "never" })).toEqual([]);
    expect(await stops({ path: reclaim, breakMode: "unhandled" })).toEqual([]);
    const notAlloc = { negate: true, names: ["alloc-failure"] };
    expect(await stops({ path: [...reclaim, notAlloc], breakMode: "always" })).toEqual([
      "Direct reclaim entered",
    ]);
    expect(await stops({ breakMode: "unhandled" })).toEqual(["OOM kill"]);
  });

  capability("supportsExceptionInfoRequest", async () => {
    const guest = await Guest.start({ program: oomNotify });
    const { client, thread } = guest;
    expect(await client.refusal("exceptionInfo", { threadId: thread })).toMatch(/^noException/);
    await client.request("setExceptionBreakpoints", { filters: ["oom-notify"] });
    expect((await guest.go("continue")).reason).toBe("exception");
    const info = await client.request<Exception>("exceptionInfo", { threadId: guest.thread });
    expect(info).toMatchObject({ exceptionId: "OOM notifier ran", breakMode: "always" });
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
});

describe("the 42 capabilities", () => {
  const declared = Object.keys(capabilities(true)).sort();
  const root = process.cwd();

  it("are all declared, and all tested on a real guest", () => {
    expect(declared).toHaveLength(42);
    const texts = readdirSync(import.meta.dirname)
      .filter((name) => /^capabilities.*\.test\.ts$/.test(name))
      .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
    const tested = texts.flatMap((text) => [...text.matchAll(/^  capability\("(\w+)"/gm)]);
    expect(tested.map(([, name]) => name!).sort()).toEqual(declared);
    expect(texts.filter((text) => /["']\.\/(?:fake|stages)/.test(text))).toEqual([]);
  });

  it("are those of the protocol's own type", () => {
    const file = join(root, "node_modules/@vscode/debugprotocol/lib/debugProtocol.d.ts");
    const [, body = ""] = /interface Capabilities \{([\s\S]*?)\n\t\}/.exec(
      readFileSync(file, "utf8"),
    )!;
    const names = [...body.matchAll(/^\t\t(\w+)\?:/gm)].map(([, name]) => name!);
    expect(names.sort()).toEqual(declared);
  });

  it("have each a row in docs/dap.md", () => {
    const text = readFileSync(join(root, "docs/dap.md"), "utf8");
    const rows = [...text.matchAll(/^\| +\d+ +\| `(\w+)` +\|/gm)].map(([, name]) => name!);
    expect([...rows].sort()).toEqual(declared);
  });
});
