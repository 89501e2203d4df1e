/** Capabilities: moving forwards and back, jumping, killing, cancelling. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { describe, expect } from "vitest";
import type { BranchesBody } from "../../src/dap/protocol.ts";
import { smallGuest } from "../session/small-guest.ts";
import { capability, program, start, stopsOf, untilOom } from "./capability.ts";
import { Guest } from "./guest.ts";

type Targets = { readonly targets: readonly { readonly id: number; readonly label: string }[] };

const branches = async ({ client }: Guest) =>
  (await client.request<BranchesBody>("balloon/branches")).branches;
const threads = async ({ client }: Guest) =>
  (await client.request<DebugProtocol.ThreadsResponse["body"]>("threads")).threads;

describe("moving", () => {
  capability("supportsStepBack", async () => {
    const guest = await start("tell_host");
    const seen = [await guest.fingerprint()];
    for (let i = 0; i < 4; i++) {
      await guest.go("next");
      seen.push(await guest.fingerprint());
    }
    for (const place of seen.slice(0, -1).toReversed()) {
      expect((await guest.go("stepBack")).reason).toBe("step");
      expect(await guest.fingerprint()).toEqual(place);
    }
    const hits = [
      seen[0],
      ...(await stopsOf(guest, "function breakpoint", () => guest.fingerprint())),
    ];
    const back = await stopsOf(
      guest,
      "function breakpoint",
      () => guest.fingerprint(),
      "reverseContinue",
    );
    expect(back).toEqual(hits.toReversed());
    expect(guest.stop).toMatchObject({ reason: "entry" });
    await guest.leave();
  });

  capability("supportsSteppingGranularity", async () => {
    const guest = await start("set_page_pfns");
    const from = await guest.fingerprint();
    const steps = async (granularity: string, count: number) => {
      const seen: DebugProtocol.StackFrame[] = [];
      for (let i = 0; i < count; i++) {
        await guest.go("next", { granularity });
        seen.push(await guest.top());
      }
      await guest.go("balloon/seek", { mark: from.mark });
      return seen;
    };
    const lines = await steps("line", 5);
    const statements = await steps("statement", 6);
    // A `for` has several statements on its line.
    const again = statements.filter(({ line }, index) => line === statements[index - 1]?.line);
    expect(again).toHaveLength(1);
    const without = statements.filter((each) => !again.includes(each));
    expect(lines.map(({ line }) => line)).toEqual(without.map(({ line }) => line));
    // The next operation on a page, wherever it is, and back.
    await guest.go("next", { granularity: "instruction" });
    const first = await guest.fingerprint();
    expect((await guest.top()).name).not.toBe("set_page_pfns");
    await guest.go("next", { granularity: "instruction" });
    expect((await guest.fingerprint()).fingerprint).not.toBe(first.fingerprint);
    await guest.go("stepBack", { granularity: "instruction" });
    expect(await guest.fingerprint()).toEqual(first);
    await guest.leave();
  });

  capability("supportsSingleThreadExecutionRequests", async () => {
    const guest = await start("tell_host");
    await guest.breakAt("tell_host", "find_get_page");
    const { thread } = guest;
    await guest.go("continue", { singleThread: true });
    expect([guest.thread, (await guest.top()).name]).toEqual([thread, "tell_host"]);
    await guest.go("continue");
    expect((await guest.top()).name).toBe("find_get_page");
    await guest.leave();
  });

  capability("supportsStepInTargetsRequest", async () => {
    const guest = await start("update_balloon_size_func");
    for (let i = 0; i < 20; i++) {
      const { id: frameId } = await guest.top();
      const { targets } = await guest.client.request<Targets>("stepInTargets", { frameId });
      const target = targets.find(({ label }) => label === "fill_balloon");
      if (target === undefined) {
        await guest.go("next");
        continue;
      }
      const stepIn = { threadId: guest.thread, targetId: target.id };
      await guest.go("stepIn", stepIn);
      expect((await guest.top()).name).toBe("fill_balloon");
      // It was valid where it was offered.
      expect(await guest.client.refusal("stepIn", stepIn)).toMatch(/^unknownTarget/);
      return guest.leave();
    }
    throw new Error("no statement of update_balloon_size_func offers fill_balloon");
  });

  capability("supportsGotoTargetsRequest", async () => {
    const guest = await start("update_balloon_size");
    const { source, line } = await guest.top();
    await guest.go("next");
    const { targets } = await guest.client.request<Targets>("gotoTargets", { source, line });
    const [other] = (await threads(guest)).filter(({ id }) => id !== guest.thread);
    const [{ id: targetId } = { id: 0 }] = targets;
    const refused = guest.client.refusal("goto", { threadId: other!.id, targetId });
    expect(await refused).toMatch(/^unknownTarget/);
    expect((await guest.go("goto", { targetId })).reason).toBe("goto");
    expect((await guest.top()).line).toBe(line);
    expect((await branches(guest))[0]!.edits).toMatchObject([{ text: `jump to line ${line}` }]);
    const elsewhere = { source: { path: "balloon-model:/mm/vmscan.ts" }, line: 100 };
    expect(await guest.client.request("gotoTargets", elsewhere)).toEqual({ targets: [] });
    await guest.leave();
  });

  capability("supportsRestartFrame", async () => {
    const guest = await start("fill_balloon");
    const { fingerprint } = await guest.fingerprint();
    await guest.breakAt("tell_host");
    await guest.go("continue");
    const frames = await guest.frames();
    const frame = frames.find(({ name }) => name === "fill_balloon")!;
    expect(frame.canRestart).toBe(true);
    await guest.go("restartFrame", { frameId: frame.id });
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);
    expect(await branches(guest)).toMatchObject([{ edits: [] }]);
    await guest.leave();
  });

  capability("supportsTerminateThreadsRequest", async () => {
    const guest = await Guest.start({ program, text: untilOom }, [], {
      supportsInvalidatedEvent: true,
    });
    await guest.go("balloon/seek", { time: 15_000_000 });
    const find = async (name: string) =>
      (await threads(guest)).find((each) => each.name.startsWith(name));
    const threadIds = [(await find("reader"))!.id];
    await guest.client.request("terminateThreads", { threadIds });
    expect((await guest.client.event("invalidated")).body).toEqual({
      areas: ["threads", "stacks", "variables"],
    });
    await guest.go("balloon/seek", { time: 25_000_000 });
    expect(await find("reader")).toBeUndefined();
    expect(guest.client.output("console")).not.toContain("Killed process");
    const kswapd = [(await find("kswapd0"))!.id];
    expect(await guest.client.refusal("terminateThreads", { threadIds: kswapd })).toMatch(
      /kswapd0 is no process/,
    );
    // An edit: it is gone at the same moment when one comes there again.
    await guest.go("reverseContinue");
    await guest.go("balloon/seek", { time: 25_000_000 });
    expect(await find("reader")).toBeUndefined();
    await guest.leave();
  });

  capability("supportsCancelRequest", async () => {
    const text = smallGuest("  - wait: 10000s\n");
    const guest = await Guest.start({ program, text }, [], { supportsProgressReporting: true });
    const { client } = guest;
    await guest.go("balloon/seek", { time: 15_000_000 });
    // A request that waits behind one that has to look where the guest is.
    client.sendRaw({ seq: 1000, type: "request", command: "balloon/mark" });
    client.sendRaw({ seq: 1001, type: "request", command: "threads" });
    await client.request("cancel", { requestId: 1001 });
    await client.until(() => client.responses.some((each) => each.request_seq === 1000));
    const told = client.responses.filter((each) => each.request_seq >= 1000);
    expect(told.map(({ request_seq, message }) => [request_seq, message])).toEqual([
      [1001, "cancelled"],
      [1000, undefined],
    ]);
    // A run that takes long.
    const before = client.count("stopped");
    await client.request("continue", { threadId: guest.thread });
    const { progressId } = (await client.event("progressStart")).body as { progressId: string };
    await client.request("cancel", { progressId });
    expect((await client.event("stopped", before)).body).toMatchObject({ reason: "pause" });
    expect((await client.event("progressEnd")).body).toEqual({ progressId });
    // To cancel what is over changes nothing.
    await client.request("cancel", { progressId, requestId: 1000 });
    expect(client.count("stopped")).toBe(before + 1);
    await guest.leave();
  });
});
