/** What the scopes show of a stopped guest: reclaim, the OOM chain, the host, lists of pages. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { ValueView } from "../../src/session/types.ts";
import { child, inFunction, number, open, scope, stack, stopIn, topFrame } from "./small-guest.ts";

const shown = (session: Session, text: string): string =>
  session.evaluate(text, topFrame(session)).value!.value;

function named(values: readonly ValueView[], name: string): ValueView {
  const found = values.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${values.map((v) => v.name).join()}`);
  return found;
}

test("each OOM notifier shows its last calls: who, when, what was freed, and the way there", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("virtio_balloon_oom_notify", { hitCondition: "4" })]);
  const stop = await session.execute("continue");
  const chain = named(scope(session, "OOM"), "oom_notify_list");
  const notifier = child(session, chain, "virtio_balloon_oom_notify()");
  const calls = child(session, notifier, "last calls");
  expect(calls.value).toBe("the last 3 of 3");
  const entries = session.children(calls.ref, 0, 99);
  expect(entries.map(({ name }) => name)).toEqual(["call 3", "call 2", "call 1"]);
  expect(entries[0]!.value).toMatch(/^memhog at 0\.\d{3} s: freed 256 pages$/);
  expect(named(scope(session, "OOM"), "killed").value).toBe("nobody");
  // The start of the dispatch in which the third call is made, and perhaps the second.
  await session.seek(entries[0]!.mark!);
  const then = named(scope(session, "OOM"), "oom_notify_list");
  const before = child(session, child(session, then, notifier.name), "last calls");
  const made = Number(/of (\d)$/.exec(before.value)![1]);
  expect(made).toBeLessThan(3);
  expect(number(session, "oom_notifications")).toBe(made);
  const called = await stopIn(session, "virtio_balloon_oom_notify");
  expect(stack(session, called)).toContain("out_of_memory");
  expect(called.time).toBeLessThan(stop.time);
  // A call that was under way at the start of that dispatch has ended by now.
  expect(number(session, "oom_notifications")).toBe(2);
});

test("each shrinker shows its last calls, and its own fields", async () => {
  const session = open({ kernel: "v4.19" });
  session.setFunctionBreakpoints([
    inFunction("virtio_balloon_shrinker_scan", { hitCondition: "20" }),
  ]);
  await session.execute("continue");
  const shrinkers = named(scope(session, "Reclaim"), "shrinkers");
  const balloon = session
    .children(shrinkers.ref, 0, 99)
    .find(({ name }) => name.includes("balloon"))!;
  expect(balloon.evaluateName).toMatch(/^shrinker_list\[\d\]$/);
  expect(child(session, balloon, "nr_deferred").evaluateName).toBe(
    `${balloon.evaluateName}->nr_deferred`,
  );
  const calls = child(session, balloon, "last calls");
  const [last] = session.children(calls.ref, 0, 1);
  expect(last!.value).toMatch(/at \d+\.\d{3} s: freed \d+ objects$/);
  const total = Number(/of (\d+)$/.exec(calls.value)![1]);
  await session.seek(last!.mark!);
  const then = session.children(named(scope(session, "Reclaim"), "shrinkers").ref, 0, 99);
  const earlier = child(session, named(then, balloon.name), "last calls");
  expect(Number(/of (\d+)$/.exec(earlier.value)![1])).toBeLessThan(total);
});

test("a kill is listed with its victim, and can be gone to", async () => {
  const text = `name: kill
guest:
  memory: 128MiB
  kernel: v5.7
device:
  features: []
costs: hardware
timeline:
  - balloon: 60MiB
  - wait-until: balloon.reached
  - run: memhog 100MiB
  - wait: 300ms
`;
  const session = open({ text });
  await session.execute("continue");
  const killed = named(scope(session, "OOM"), "killed");
  const [victim] = session.children(killed.ref, 0, 9);
  expect(victim!.value).toMatch(/^memhog at 0\.\d{3} s, with \d+ pages$/);
  expect(await session.expand(victim!.ref)).toBeNull();
  const [killer] = session.children(victim!.ref, 0, 1);
  expect(killer!.value).toMatch(/^__oom_kill_process at mm\/oom_kill\.ts/);
  await session.seek(victim!.mark!);
  expect(number(session, "oom_kill")).toBe(0);
  const there = await stopIn(session, "oom_kill_process");
  expect(stack(session, there)[0]).toBe("oom_kill_process");
});

test("the lists of pages hold what the counters say, whichever end they are opened at", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const reclaim = scope(session, "Reclaim");
  const file = named(reclaim, "LRU inactive_file");
  const pages = number(session, "nr_inactive_file");
  expect(file.indexed).toBe(pages >= 64 ? pages : 0);
  const anon = named(reclaim, "LRU inactive_anon");
  const count = anon.indexed;
  const all = session.children(anon.ref, 0, count).map(({ value }) => value);
  expect(all).toHaveLength(count);
  expect(new Set(all).size).toBe(count);
  expect(session.children(anon.ref, count - 3, 3).map(({ value }) => value)).toEqual(all.slice(-3));
  const zone = named(scope(session, "Memory"), "zone DMA32");
  const lists = session
    .children(zone.ref, 0, 99)
    .filter(({ name }) => name.startsWith("free, order"));
  const free = lists.reduce((sum, { value }, order) => sum + (parseInt(value, 10) << order), 0);
  expect(free).toBe(parseInt(child(session, zone, "free").value, 10));
  // Each is the sum of three lists, as in /proc/pagetypeinfo.
  const cpus = session.children(zone.ref, 0, 99).filter(({ name }) => name.startsWith("per-CPU"));
  for (const { ref, value } of [...lists, ...cpus]) {
    const types = session.children(ref, 0, 9);
    expect(types.map(({ name }) => name)).toEqual(["Unmovable", "Movable", "Reclaimable"]);
    const sum = types.reduce((blocks, type) => blocks + parseInt(type.value, 10), 0);
    expect(sum).toBe(parseInt(value, 10));
  }
  const { value: pageblocks } = child(session, zone, "pageblocks");
  const blocks = [...pageblocks.matchAll(/[A-Z][a-z]+ (\d+)/g)].map(([, count]) => Number(count));
  const zones = session.evaluate("zones[1].zone_end_pfn - zones[1].zone_start_pfn", null);
  const ofZone = Math.ceil(parseInt(zones.value!.value, 10) / 512);
  expect(blocks.reduce((sum, count) => sum + count, 0)).toBe(ofZone);
  expect(Math.min(...blocks)).toBeGreaterThan(0);
});

test("the host shows what it has of the guest", async () => {
  const session = open();
  await stopIn(session, "leak_balloon");
  const host = scope(session, "Host");
  expect(parseInt(named(host, "resident memory of the guest").value, 10)).toBe(
    number(session, "host.rss"),
  );
  expect(parseInt(named(host, "told to be in the balloon").value, 10)).toBe(7680);
});

test("a stolen vCPU is named in the threads' states and in the host's scope", async () => {
  const text = `name: a noisy neighbour
guest: { memory: 128MiB, cpus: 2, kernel: v5.7, files: { big: 20MiB } }
timeline:
  - run: cat big --loop
  - steal: 80%
    cpu: 0
  - wait: 200ms
`;
  const session = open({ text });
  const states = new Set<string>();
  for (let ms = 10; ms <= 150; ms += 2) {
    await session.seek({ kind: "time", time: ms * 1_000_000 });
    for (const { state } of session.threads()) states.add(state);
  }
  const stolen = [...states].filter((state) => /stolen/.test(state));
  expect(stolen.length).toBeGreaterThan(0);
  for (const state of stolen)
    expect(state).toMatch(/^cpu 0 stolen by the host, [1-9]\d* (ms|µs) more$/);
  const steal = named(scope(session, "Host"), "steal");
  expect(steal.value).toMatch(/^\d+ ms, in slices of 4 ms$/);
  expect(parseInt(steal.value, 10) * 1e6).toBe(number(session, "host.steal"));
  expect(number(session, "host.steal")).toBeGreaterThan(40e6);
  expect(number(session, "host.steal")).toBeLessThan(150e6);
  expect(child(session, steal, "cpu 0").value).toMatch(
    /^\d+ ms lost, 80 % of its time goes to others/,
  );
  expect(child(session, steal, "cpu 1").value).toBe("0 ms lost, 0 % of its time goes to others");
});

test("a task that waits for a mutex says who holds it", async () => {
  const text = `name: locked
guest:
  memory: 128MiB
  kernel: v4.14
device:
  features: [deflate-on-oom]
costs: hardware
timeline:
  - balloon: 126MiB
  - wait: 400ms
  - run: memhog 100MiB
  - wait: 300ms
`;
  const session = open({ text });
  const seen = new Set<string>();
  for (let ms = 1; ms < 800 && seen.size === 0; ms++) {
    await session.seek({ kind: "time", time: ms * 1_000_000 });
    for (const { state } of session.threads()) if (/held by/.test(state)) seen.add(state);
    if (session.stop!.reason.kind === "end") break;
  }
  expect([...seen].join()).toMatch(/^blocked: \w+, held by \S+/);
});

test("every scope can be opened at the guest's first statements, where no list has a head yet", async () => {
  const session = open();
  await session.execute("stepIn", 2);
  for (let i = 0; i < 3; i++) {
    const names = session.scopes(topFrame(session)).map(({ name }) => name);
    for (const name of names) expect(scope(session, name)).toBeDefined();
    const lists = scope(session, "Reclaim").filter((each) => each.name.startsWith("LRU"));
    expect(lists.map(({ value }) => value.split(" ")[0])).toEqual(["0", "0", "0", "0", "0"]);
    await session.execute("stepIn", session.stop!.thread);
  }
});

test("the scope of a thread shows its task, its memory and what the scheduler has of it", async () => {
  const session = open();
  const { thread } = await stopIn(session, "virtio_balloon_oom_notify");
  const own = scope(session, "Thread");
  const state = session.threads().find(({ id }) => id === thread)!.state;
  expect(named(own, "state").value).toBe(state);
  expect(named(own, "pending signal").value).toBe("none");
  expect(named(own, "oom_score_adj").value).toBe("0");
  expect(child(session, named(own, "task"), "comm").value).toBe('"memhog"');
  const rss = child(session, named(own, "mm"), "rss").value;
  expect(parseInt(rss, 10)).toBeGreaterThan(1000);
  expect(named(own, "mm").value).toContain(rss);
  expect(parseInt(named(own, "vruntime").value, 10)).toBeGreaterThan(0);
  // Of a kernel thread: no memory of its own, and where it waits.
  const kswapd = session.threads().find(({ name }) => name.startsWith("kswapd"))!;
  const frame = session.stack(kswapd.id, 0, 1).frames[0]!;
  const found = session.scopes(frame.id).find(({ name }) => name === "Thread")!;
  const values = session.children(found.ref, 0, 99);
  expect(named(values, "state").value).toBe(kswapd.state);
  expect(named(values, "mm").value).toBe("NULL: a kernel thread");
  expect(named(values, "flags").value).toContain("PF_KSWAPD");
});

test("a page tells of its file or process, and what it only has left over", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const firstOf = (list: ValueView) =>
    session.children(session.children(list.ref, 0, 1)[0]!.ref, 0, 99);
  const lru = (name: string) => firstOf(named(scope(session, "Reclaim"), `LRU ${name}`));
  const file = lru("active_file");
  const mapping = named(file, "mapping");
  expect(mapping.value).toMatch(/^\d+ \(file .+\)$/);
  expect(child(session, mapping, "nrpages").value).toMatch(/^\d+ pages/);
  expect(named(file, "flags").value).not.toMatch(/swapcache|writeback/);
  const anonymous = named(lru("active_anon"), "mapping");
  expect(anonymous.value).toMatch(/^\d+ \(process memhog, pid \d+\)$/);
  expect(child(session, anonymous, "rss").evaluateName).toMatch(/^mms\[\d+\]->rss$/);
  const inBalloon = firstOf(named(scope(session, "Balloon"), "vb_dev_info.pages"));
  for (const name of ["index", "mapping", "order"]) {
    expect(named(inBalloon, name).value).toMatch(/^(0|\d+ \(left over\))$/);
  }
});

test("a free block that the host was told of is reported, not up to date", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  let pfn = 0;
  const flags = () => number(session, `page_flags[${pfn}]`);
  while ((flags() & number(session, "PG_buddy")) === 0) pfn++;
  await session.setExpression(`page_flags[${pfn}]`, "PG_buddy | PG_reported", null);
  const shown = session.evaluate(`mem_map[${pfn}]`, null).value!;
  expect(child(session, shown, "flags").value).toBe("reported|buddy");
});

test("numbers whose bits have names say them", async () => {
  const session = open();
  await stopIn(session, "__alloc_pages_slowpath");
  expect(shown(session, "gfp_mask")).toMatch(/^0x[0-9a-f]+ \(__?GFP_|^0x[0-9a-f]+ \(GFP_/);
  expect(shown(session, "vb->vdev->features")).toBe(
    "0x130000006 (VIRTIO_BALLOON_F_STATS_VQ|VIRTIO_BALLOON_F_DEFLATE_ON_OOM|" +
      "VIRTIO_RING_F_INDIRECT_DESC|VIRTIO_RING_F_EVENT_IDX|VIRTIO_F_VERSION_1)",
  );
  expect(shown(session, "vb->inflate_vq->vring->addr")).toMatch(/^0x[0-9a-f]+$/);
  const device = named(scope(session, "Host"), "VirtIOBalloon");
  expect(child(session, child(session, device, "vdev"), "status").value).toMatch(
    /^0xf \(VIRTIO_CONFIG_S_ACKNOWLEDGE\|VIRTIO_CONFIG_S_DRIVER\|/,
  );
  await stopIn(session, "get_page_from_freelist");
  expect(shown(session, "alloc_flags")).toMatch(/\(ALLOC_WMARK_(MIN|LOW)/);
});

test("a pointer to anything has the type of what it points to, and can be compared", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const data = session.evaluate("nb->data", topFrame(session)).value!;
  expect(data.type).toBe("virtio_balloon");
  expect(shown(session, "nb->data->num_pages")).toMatch(/^\d+ pages \(/);
  expect(shown(session, "nb->data == vb")).toBe("true");
  expect(shown(session, "nb->notifier_call == virtio_balloon_oom_notify")).toBe("true");
  expect(shown(session, "nb->notifier_call == virtio_balloon_shrinker_scan")).toBe("false");
  expect(shown(session, "vb->inflate_vq != vb->deflate_vq")).toBe("true");
  expect(shown(session, "vb->inflate_vq == vb->deflate_vq || vb == null")).toBe("false");
});

test("the head of a list of pages expands to its pages", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const head = session.evaluate("vb->vb_dev_info->pages", topFrame(session)).value!;
  expect(head).toMatchObject({ value: "list of 7680 pages", indexed: 7680 });
  expect(session.children(head.ref, 7679, 2).map(({ value }) => value)).toEqual([
    expect.stringMatching(/balloon$/) as string,
  ]);
});

test("what the guest told of itself is shown by tag", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const told = named(scope(session, "Host"), "statistics");
  expect(child(session, told, "MEMTOT").value).toMatch(/^\d+(\.\d+)? MiB$/);
  expect(child(session, told, "HTLB_PGALLOC").value).toMatch(/^(0|not told)$/);
});

test("what was never called says so, and one is one", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const chain = named(scope(session, "OOM"), "oom_notify_list");
  expect(chain.value).toBe("1 notifier");
  expect(child(session, chain, "virtio_balloon_oom_notify()").value).toBe("not called yet");
  await session.execute("stepOut");
  await stopIn(session, "virtio_balloon_oom_notify");
  const then = named(scope(session, "OOM"), "oom_notify_list");
  expect(child(session, then, "virtio_balloon_oom_notify()").value).toBe("called once");
});

test("current is the task whose code it is, also in a condition", async () => {
  const session = open();
  session.setFunctionBreakpoints([
    inFunction("__alloc_pages_nodemask", { condition: 'current->comm == "memhog"' }),
  ]);
  const { thread } = await session.execute("continue");
  expect(shown(session, "current->comm")).toBe('"memhog"');
  expect(shown(session, "current->mm->rss")).toMatch(/pages \(/);
  const kswapd = session.threads().find(({ name }) => name === "kswapd0")!;
  const [frame] = session.stack(kswapd.id, 0, 1).frames;
  expect(session.evaluate("current->comm", frame!.id).value!.value).toBe('"kswapd0"');
  expect(kswapd.id).not.toBe(thread);
  expect(session.evaluate("current", null).error!.message).toMatch(/There is no `current` here/);
});

test("names for the console: locals first, then counters, globals and functions", async () => {
  const session = open();
  await stopIn(session, "virtio_balloon_oom_notify");
  const names = session.names(topFrame(session));
  const kindOf = (name: string) => names.find((each) => each.name === name)?.kind;
  expect(
    ["parm", "current", "nr_free_pages", "vb", "oom_lock", "fill_balloon"].map(kindOf),
  ).toEqual(["local", "local", "scenario", "scenario", "global", "function"]);
  expect(session.names(null).some(({ kind }) => kind === "local")).toBe(false);
  for (const { name } of names) expect(session.evaluate(name, topFrame(session)).error).toBeNull();
  expect(shown(session, "fill_balloon")).toBe("fill_balloon()");
});
