/** The session on the real model: what a user asks, and what comes back. */
import { expect, test } from "vitest";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import { breakpoint, inFunction, open, scope, smallGuest } from "./small-guest.ts";

const TEXT = smallGuest(`  - expect: balloon.reached
  - kill: reader
  - run: memhog 70MiB
  - wait: 100ms
expect:
  - oom_kill == 0
  - balloon_inflate == 1
`);

function opened(text = TEXT): Session {
  return open({ text });
}

const names = (session: Session, thread: number): string[] =>
  session.stack(thread, 0, 99).frames.map(({ name }) => name);

test("stops in the notifier with the stack from there to the scenario's line", async () => {
  const session = opened();
  expect(
    session.setFunctionBreakpoints([inFunction("virtio_balloon_oom_notify")])[0]!.verified,
  ).toBe(true);
  const stop = await session.execute("continue");
  expect(stop.reason.kind).toBe("breakpoint");
  const stack = names(session, stop.thread);
  expect(stack.slice(0, 6)).toEqual([
    "virtio_balloon_oom_notify",
    "blocking_notifier_call_chain",
    "out_of_memory",
    "__alloc_pages_may_oom",
    "__alloc_pages_slowpath",
    "__alloc_pages_nodemask",
  ]);
  expect(stack.at(-1)).toBe("run: memhog 70MiB");
});

test("every thread shows what it waits for and where", async () => {
  const session = opened();
  session.setFunctionBreakpoints([inFunction("virtio_balloon_oom_notify")]);
  await session.execute("continue");
  const threads = session.threads();
  const kswapd = threads.find(({ name }) => name === "kswapd0")!;
  expect(names(session, kswapd.id).at(-1)).toBe("kswapd");
  expect(kswapd.state).toMatch(/^(blocked|sleeping|running|runnable)/);
  const worker = threads.find(({ name }) => name.startsWith("kworker/"))!;
  expect(names(session, worker.id)).toContain("worker_thread");
});

test("shows locals by name and type, the balloon, a queue's rings, and counters", async () => {
  const session = opened();
  session.setFunctionBreakpoints([inFunction("tell_host")]);
  await session.execute("continue");
  const locals = scope(session, "Locals");
  expect(locals.map(({ name }) => name)).toEqual(["vb", "vq"]);
  expect(locals[0]!.type).toBe("virtio_balloon");
  const balloon = scope(session, "Balloon");
  expect(balloon.find(({ name }) => name === "target")!.value).toBe("7680 pages (30 MiB)");
  const pages = balloon.find(({ name }) => name === "vb_dev_info.pages")!;
  expect(pages.indexed).toBe(256);
  const [page] = session.children(pages.ref, 255, 1);
  expect(page!.value).toMatch(/^pfn 0x[0-9a-f]+, balloon$/);
  const fields = session.children(page!.ref, 0, 20);
  expect(fields.find(({ name }) => name === "flags")!.value).toBe("offline");
  const [inflate] = scope(session, "Virtqueues");
  expect(inflate!.value).toBe("128 descriptors, 0 with the device, 128 free");
  expect(scope(session, "vmstat").find(({ name }) => name === "balloon_inflate")!.value).toBe(
    "256",
  );
});

test.each([
  ["vb->num_pages", "256 pages (1 MiB)"],
  ["vb.num_pfns * 4 KiB", "1048576"],
  ["vb->pfns[0] == vb->pfns[1]", "false"],
  ["balloon.target", "7680"],
  ["num_pfns", /There is no name `?num_pfns|num_pfns/],
  ["vb->constructor", /constructor/],
  ["vb->nothing->more", /nothing/],
  ["1 +", /./],
])("evaluates %s", async (text, expected) => {
  const session = opened();
  session.setFunctionBreakpoints([inFunction("tell_host")]);
  const { thread } = await session.execute("continue");
  const [frame] = session.stack(thread, 0, 1).frames;
  const { value, error } = session.evaluate(text, frame!.id);
  if (typeof expected === "string") expect(value?.value).toBe(expected);
  else expect(error?.message).toMatch(expected);
});

test("conditions and hit counts choose among the hits, log points only speak", async () => {
  const session = opened();
  session.setFunctionBreakpoints([
    inFunction("fill_balloon", { condition: "num <= 7680 - 512" }),
    inFunction("leak_balloon", { hitCondition: "3" }),
    inFunction("tell_host", { logMessage: "tells of {vb->num_pfns} pages" }),
  ]);
  const first = await session.execute("continue");
  expect(
    session.evaluate("num", session.stack(first.thread, 0, 1).frames[0]!.id).value!.value,
  ).toBe("7168 pages (28 MiB)");
  const said = session.takeOutput().filter(({ category }) => category === "console");
  expect(said.map(({ text }) => text)).toEqual(["tells of 256 pages", "tells of 256 pages"]);
  session.setFunctionBreakpoints([inFunction("leak_balloon", { hitCondition: "3" })]);
  await session.execute("continue");
  expect(session.evaluate("balloon_deflate", null).value!.value).toBe("512");
});

test("a breakpoint that cannot work says why and what is near", () => {
  const session = opened();
  const views = session.setFunctionBreakpoints([
    inFunction("virtio_baloon_oom_notify"),
    inFunction("fill_balloon", { condition: "nmu > 3" }),
    inFunction("fill_balloon", { condition: "num >" }),
    inFunction("fill_balloon", { hitCondition: "often" }),
  ]);
  expect(views.map(({ verified }) => verified)).toEqual([false, false, false, false]);
  expect(views[0]!.message).toMatch(/Did you mean virtio_balloon_oom_notify\?/);
  expect(views[1]!.message).toMatch(/There is no nmu here\. Did you mean num\?/);
  expect(views[3]!.message).toMatch(/Cannot read the hit count "often"/);
});

test("a line without a statement moves to the next one, a line of no function has none", () => {
  const session = opened();
  const path = "balloon/virtio_balloon.ts";
  const lines = session.sourceText(path)!.split("\n");
  const doc = lines.findIndex((line) => line.startsWith("export function fill_balloon"));
  const file = { kind: "model", path } as const;
  const [moved, none] = session.setLineBreakpoints(file, [
    breakpoint({ kind: "line", file, line: doc }),
    breakpoint({ kind: "line", file, line: 0 }),
  ]);
  expect(moved!.verified).toBe(true);
  expect(moved!.place!.line).toBeGreaterThan(doc);
  expect(none).toMatchObject({ verified: false, place: null });
});

test("a breakpoint on a line of the timeline stops where the step begins, on that line", async () => {
  const session = opened();
  const file = { kind: "scenario", path: "small.balloon.yaml" } as const;
  const line = TEXT.split("\n").findIndex((text) => text.includes("balloon: 30MiB"));
  const [view] = session.setLineBreakpoints(file, [breakpoint({ kind: "line", file, line })]);
  expect(view).toMatchObject({ verified: true, place: { line } });
  const stop = await session.execute("continue");
  const outermost = session.stack(stop.thread, 0, 99).frames.at(-1)!;
  expect(outermost).toMatchObject({ name: "balloon: 30MiB", isModel: false, place: { line } });
  expect(session.time()).toBeGreaterThanOrEqual(20_000_000);
});

test("exception filters stop at the notifier and at a failed expectation of the timeline", async () => {
  const session = opened(TEXT.replace("expect: balloon.reached", "expect: balloon_deflate == 7"));
  session.setExceptionFilters(["oom-notify", "expectation"]);
  const failed = await session.execute("continue");
  expect(failed.reason).toMatchObject({ kind: "exception", filter: "expectation" });
  expect(failed.reason).toHaveProperty(
    "text",
    "An expectation of the scenario failed: expect: balloon_deflate == 7 (balloon_deflate = 0)",
  );
  const oom = await session.execute("continue");
  expect(oom.reason).toMatchObject({ kind: "exception", filter: "oom-notify" });
  if (oom.reason.kind === "exception") {
    expect(oom.reason.details).toMatch(/memhog invoked oom-killer/);
    expect(oom.reason.details).toMatch(/Node 0 DMA32 free:\d+kB min:/);
  }
  // Also where the run has been before.
  expect((await session.execute("reverseContinue")).reason).toEqual(failed.reason);
  expect((await session.execute("reverseContinue")).reason).toEqual({ kind: "start" });
  expect((await session.execute("continue")).reason).toEqual(failed.reason);
});

test("a pause is heard while running, and shows a thread with a stack", async () => {
  const { scenario } = parseScenario(
    TEXT.replace("wait: 20ms", "wait: 100s"),
    "small.balloon.yaml",
  );
  let turns = 0;
  const session: Session = Session.create(scenario!, {
    image,
    yield: async () => {
      if (++turns === 3) session.pause();
    },
  });
  const stop = await session.execute("continue");
  expect(stop.reason.kind).toBe("pause");
  expect(names(session, stop.thread).length).toBeGreaterThan(0);
});

test("the result has every step and expectation, with what was found", async () => {
  const session = opened();
  const stop = await session.execute("continue");
  expect(stop.reason.kind).toBe("end");
  const { timeline, expect: outcomes, balloon } = session.result();
  expect(timeline.map(({ outcome }) => outcome).join(" ")).toBe(
    "done done done reached pass done done done",
  );
  expect(outcomes.map(({ text, pass }) => `${text}: ${pass}`)).toEqual([
    "balloon.reached: true",
    "oom_kill == 0: true",
    "balloon_inflate == 1: false",
  ]);
  expect(outcomes[2]!.actual).toMatch(/^balloon_inflate = \d+$/);
  // The condition is looked at every 10 ms.
  const waited = timeline[3]!.end! - timeline[3]!.start;
  expect(balloon.timeToTargetNs).toBeGreaterThan(waited - 10_000_001);
  expect(balloon.timeToTargetNs).toBeLessThanOrEqual(waited);
});

test("samples are one every 20 ms and one at each stop, and are not taken twice after going back", async () => {
  const session = opened();
  session.setFunctionBreakpoints([inFunction("virtio_balloon_oom_notify")]);
  const stop = await session.execute("continue");
  const before = session.samples(0);
  await session.execute("stepBack", stop.thread);
  await session.execute("next", stop.thread);
  expect(session.samples(0)).toEqual(before);
  expect(before.times.at(-1)).toBe(session.time());
  const gaps = before.times.slice(1, -1).map((time, i) => time - before.times[i]!);
  expect(Math.min(...gaps)).toBeGreaterThan(15_000_000);
  expect(
    Object.values(before.series).every((column) => column.length === before.times.length),
  ).toBe(true);
});

test("two runs at a time are refused", async () => {
  const session = opened();
  const run = session.execute("continue");
  await expect(session.execute("continue")).rejects.toThrow(/running already/);
  session.pause();
  await run;
});
