/** What is wrong with one element of a list is told of that element; the others count. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Breakpoints } from "./capability.ts";
import { Guest, small } from "./guest.ts";

const source = { path: "balloon-model:/balloon/virtio_balloon.ts" };

describe("of several breakpoints one that cannot be", () => {
  let guest: Guest;
  let top: DebugProtocol.StackFrame;
  beforeAll(async () => {
    guest = await Guest.start({ program: "/small.balloon.yaml", text: small }, ["tell_host"]);
    top = await guest.top();
  });
  afterAll(() => guest.leave());

  const set = async (command: string, args: object): Promise<DebugProtocol.Breakpoint[]> =>
    (await guest.client.request<Breakpoints>(command, args)).breakpoints;

  type Case = readonly [command: string, member: string, good: () => object, bad: unknown, RegExp];
  const line = () => ({ line: top.line });
  const named = () => ({ name: "tell_host" });
  const row = () => ({ instructionReference: top.instructionPointerReference });
  const data = () => ({ dataId: '["expression","balloon_inflate"]' });
  const option = () => ({ filterId: "oom-notify" });
  const cases: readonly Case[] = [
    ["setBreakpoints", "breakpoints", line, { line: 0 }, /must be a whole number from 1, not 0/],
    ["setBreakpoints", "breakpoints", line, "1", /"breakpoints\[1\]" must be an object/],
    ["setBreakpoints", "breakpoints", line, null, /must be an object, not null/],
    ["setBreakpoints", "breakpoints", line, {}, /"breakpoints\[1\].line" must be/],
    ["setBreakpoints", "breakpoints", line, { line: 1e9 }, /No statement of the model/],
    [
      "setBreakpoints",
      "breakpoints",
      line,
      { line: 140, mode: "sideways" },
      /"breakpoints\[1\].mode" must be one of both, forward, back/,
    ],
    ["setFunctionBreakpoints", "breakpoints", named, {}, /"breakpoints\[1\].name" must be/],
    [
      "setFunctionBreakpoints",
      "breakpoints",
      named,
      { name: "tell_host", condition: "vbb->num_pages > 3" },
      /There is no vbb here. Did you mean vb\?/,
    ],
    [
      "setFunctionBreakpoints",
      "breakpoints",
      named,
      { name: "tell_host", condition: "1 +" },
      /ends too early/,
    ],
    [
      "setFunctionBreakpoints",
      "breakpoints",
      named,
      { name: "tell_host", hitCondition: "often" },
      /Cannot read the hit count "often": write 5, >= 5 or % 5/,
    ],
    [
      "setFunctionBreakpoints",
      "breakpoints",
      named,
      { name: "tell_host", logMessage: "has {vb->num_pages} of {nr_fre_pages}" },
      /There is no nr_fre_pages here. Did you mean nr_free_pages\?/,
    ],
    ["setInstructionBreakpoints", "breakpoints", row, {}, /"breakpoints\[1\].instructionRef/],
    [
      "setInstructionBreakpoints",
      "breakpoints",
      row,
      { instructionReference: "here" },
      /"here" is no address/,
    ],
    [
      "setInstructionBreakpoints",
      "breakpoints",
      row,
      { instructionReference: "0x40" },
      /There is no statement at this address/,
    ],
    ["setDataBreakpoints", "breakpoints", data, { dataId: "zork" }, /by the name zork/],
    ["setDataBreakpoints", "breakpoints", data, {}, /"breakpoints\[1\].dataId" must be/],
    [
      "setDataBreakpoints",
      "breakpoints",
      data,
      { ...data(), accessType: "look" },
      /must be one of read, write, readWrite, change/,
    ],
    [
      "setExceptionBreakpoints",
      "filterOptions",
      option,
      { filterId: "segfault" },
      /There is no exception filter "segfault"; there are: oom-kill/,
    ],
    [
      "setExceptionBreakpoints",
      "filterOptions",
      option,
      { filterId: "oom-kill", condition: "vb->num_pages >" },
      /ends too early/,
    ],
    [
      "setExceptionBreakpoints",
      "filterOptions",
      option,
      { filterId: "out-of-puff", condition: "balloon_inflat > 3" },
      /There is no balloon_inflat here. Did you mean balloon_inflate\?/,
    ],
    [
      "setExceptionBreakpoints",
      "exceptionOptions",
      () => ({ breakMode: "always", path: [{ names: ["oom"] }] }),
      { breakMode: "sometimes" },
      /"exceptionOptions\[1\].breakMode" must be one of never/,
    ],
    [
      "balloon/setThresholds",
      "thresholds",
      () => ({ name: "balloon_pages", condition: ">= 256" }),
      { name: "balloon_pages" },
      /"thresholds\[1\].condition" must be/,
    ],
  ];
  it.each(cases)("%s: %s %j %j", async (command, member, good, bad, message) => {
    const answer = await set(command, { source, filters: [], [member]: [good(), bad, good()] });
    expect(answer.map(({ verified }) => verified)).toEqual([true, false, true]);
    expect(answer[1]!.message).toMatch(message);
    expect(answer[1]!.reason).toBe("failed");
    await set(command, { source, filters: [], [member]: [] });
  });

  it("among the deprecated lines, and the names of filters", async () => {
    const lines = await set("setBreakpoints", { source, lines: [top.line, -1, "x", top.line] });
    expect(lines.map(({ verified }) => verified)).toEqual([true, false, false, true]);
    const filters = await set("setExceptionBreakpoints", { filters: ["oom-kill", 7, "oom"] });
    expect(filters.map(({ verified }) => verified)).toEqual([true, false, false]);
    await set("setBreakpoints", { source, lines: [] });
  });

  it("and those beside it stop", async () => {
    const answer = await set("setFunctionBreakpoints", {
      breakpoints: [{ name: "tell_host", mode: "sideways" }, { name: "leak_balloon" }, named()],
    });
    expect((await guest.go("continue")).hitBreakpointIds).toEqual([answer[2]!.id]);
  });
});

it("of several tasks one that cannot be killed keeps all of them alive", async () => {
  const guest = await Guest.start({ program: "/small.balloon.yaml", text: small });
  await guest.go("balloon/seek", { time: 15_000_000 });
  const names = async (): Promise<readonly DebugProtocol.Thread[]> =>
    (await guest.client.request<DebugProtocol.ThreadsResponse["body"]>("threads")).threads;
  const id = async (name: string): Promise<number> =>
    (await names()).find((each) => each.name.startsWith(name))!.id;
  const threadIds = [await id("reader"), await id("kswapd0")];
  expect(await guest.client.refusal("terminateThreads", { threadIds })).toMatch(/is no process/);
  await guest.go("balloon/seek", { time: 25_000_000 });
  expect((await names()).some(({ name }) => name.startsWith("reader"))).toBe(true);
  await guest.leave();
});
