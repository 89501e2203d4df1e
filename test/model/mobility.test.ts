/** Pageblocks and their types: who allocates where, who takes from whom, what compaction finds. */
import { expect, test } from "vitest";
import { Guest } from "./guest.ts";

const UNMOVABLE = 0;
const MOVABLE = 1;
const RECLAIMABLE = 2;
const PAGES_PER_BLOCK = 512;
const PG_BUDDY = 0x800;
const PG_TABLE = 0x2000;
const PG_SWAPBACKED = 0x400;

function run(kernel: string, timeline: readonly string[]): Guest {
  const guest = new Guest(
    [
      `guest: { memory: 256MiB, kernel: ${kernel}, thp: never }`,
      "device: { features: [stats-vq] }",
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
  guest.run();
  expect(guest.call("mm/debug.ts", "check_invariants")).toBe("");
  return guest;
}

function column(guest: Guest, name: string): Uint16Array {
  return guest.global("mm/page.ts", name);
}

function typeOf(guest: Guest, page: number): number {
  return guest.global<Uint8Array>("mm/pageblock.ts", "pageblock_flags")[
    Math.floor(page / PAGES_PER_BLOCK)
  ]!;
}

/** How many pages with all of `flags` lie in pageblocks of each type. */
function byType(guest: Guest, flags: number): number[] {
  const counts = [0, 0, 0];
  for (const [page, has] of column(guest, "page_flags").entries()) {
    if ((has & flags) === flags) counts[typeOf(guest, page)]!++;
  }
  return counts;
}

/** A page, or with `order` a block, as an allocation of the type gets it. */
function take(guest: Guest, type: number, order = 0): number {
  const zones = guest.global<object[]>("mm/mmzone.ts", "zones");
  return guest.call("mm/buddy.ts", "__rmqueue", zones[1], order, type, order) as number;
}

test("page tables and a process's own pages lie in blocks of different types", () => {
  const guest = run("v5.7", ["run: memhog 100MiB --hold 10s", "wait: 9s"]);
  expect(byType(guest, PG_TABLE)).toEqual([50, 0, 0]);
  const [unmovable, movable, reclaimable] = byType(guest, PG_SWAPBACKED);
  expect([unmovable, reclaimable]).toEqual([0, 0]);
  expect(movable).toBeGreaterThan(25_600);
});

test("a process leaves blocks of 4 MiB as it found them: its page tables lay elsewhere", () => {
  const [before, after] = [[], ["run: memhog 100MiB --hold 100ms"]].map((steps) => {
    const guest = run("v5.7", [...steps, "wait: 9s"]);
    return guest.global<Int32Array>("mm/buddy.ts", "nr_free")[11 + 10]!;
  });
  // Of two blocks at most, a CPU's list keeps some pages.
  expect(after).toBeGreaterThanOrEqual(before! - 2);
});

test("a type without a free block takes the largest one of another, with its pageblocks", () => {
  const guest = run("v5.7", ["wait: 1ms"]);
  const first = take(guest, RECLAIMABLE);
  expect(typeOf(guest, first)).toBe(RECLAIMABLE);
  // Boot has left a piece of a reclaimable block; once it is used up, 4 MiB change their type.
  const pages = Array.from({ length: 2048 }, () => take(guest, RECLAIMABLE));
  expect(new Set(pages.map((page) => typeOf(guest, page)))).toEqual(new Set([RECLAIMABLE]));
  expect(new Set(pages).size).toBe(2048);
});

test("a movable page takes the smallest piece of a block that it cannot have as a whole", () => {
  const guest = run("v5.7", ["wait: 1ms"]);
  // Everything is in use but three pages of one block: one by itself, and two together.
  const taken: number[] = [];
  for (let page = take(guest, UNMOVABLE); page >= 0; page = take(guest, UNMOVABLE)) {
    taken.push(page);
  }
  const zone = guest.global<object[]>("mm/mmzone.ts", "zones")[1];
  const block = taken.find((page) => page % 1024 === 0 && taken.includes(page + 7))!;
  const free = (page: number, order: number): void => {
    guest.call("mm/buddy.ts", "__free_one_page", zone, page, order, UNMOVABLE);
  };
  free(block + 2, 1);
  free(block + 7, 0);
  expect(typeOf(guest, block)).toBe(UNMOVABLE);
  expect(take(guest, MOVABLE)).toBe(block + 7);
  expect(typeOf(guest, block)).toBe(UNMOVABLE);
  expect(column(guest, "page_flags")[block + 2]! & PG_BUDDY).toBe(PG_BUDDY);
});

/** Pages moved and failures when every second page is free, and one page more came before those. */
function compactHalves(kernel: string, onePageMore: boolean): { moved: number; failed: number } {
  const guest = run(kernel, [
    onePageMore ? "run: memhog 4KiB --hold 60s" : "wait: 1ms",
    "wait: 1s",
    "run: frag 160MiB --keep-every 2 --hold 60s",
    "wait: 9s",
    "sysctl: vm.compact_memory = 1",
    "wait: 1s",
  ]);
  return { moved: guest.vmstat("pgmigrate_success"), failed: guest.vmstat("pgmigrate_fail") };
}

test("kernels from 5.1 on find free pages at every 32nd frame, and single ones only if they lie there", () => {
  const [one, other] = [compactHalves("v5.7", false), compactHalves("v5.7", true)].sort(
    (a, b) => a.moved - b.moved,
  );
  expect(one!.moved).toBeLessThan(1000);
  // Where nothing is found for the next page, compaction ends.
  expect(one!.failed).toBe(1);
  expect(other!.moved).toBeGreaterThan(5000);
});

test("older kernels look at every frame", () => {
  expect(compactHalves("v4.19", false).moved).toBeGreaterThan(5000);
  expect(compactHalves("v4.19", true).moved).toBeGreaterThan(5000);
});
