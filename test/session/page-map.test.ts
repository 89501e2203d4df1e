/** What the page map says of every page, against counters and the pages themselves. */
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { PageMap } from "../../src/session/types.ts";
import { number, open, stopIn } from "./small-guest.ts";

const TEXT = `name: page map
guest:
  memory: 128MiB
  kernel: v5.7
  files:
    data: 24MiB
timeline:
  - run: cat data
  - wait: 50ms
  - balloon: 40MiB
  - wait: 400ms
`;
const PAGES = 32768;

function started(): Session {
  return open({ text: TEXT });
}

async function stoppedIn(name: string): Promise<Session> {
  const session = started();
  await stopIn(session, name);
  return session;
}

/** Pages by state. */
function counts({ states, counts }: PageMap): Record<string, number> {
  return Object.fromEntries(states.map((name, i) => [name, counts[i]!]));
}

/** Of a map with single pages. */
function stateOf(map: PageMap, pfn: number): string {
  return map.states[map.tiles[pfn]!]!;
}

test("at the end, states add up to the counters", async () => {
  const session = started();
  await session.execute("continue");
  const map = session.pageMap(PAGES);
  expect([map.first, map.pages, map.pagesPerTile, map.tiles.length]).toEqual([0, PAGES, 1, PAGES]);
  const found = counts(map);
  expect(found["discarded"]).toBe(10240);
  expect([found["balloon"], found["in_flight"]]).toEqual([0, 0]);
  const perCpu = found["pcp"]!;
  expect(found["free"]! + found["free_absent"]!).toBe(number(session, "nr_free_pages"));
  expect(perCpu).toBeGreaterThan(0);
  const file = number(session, "nr_active_file") + number(session, "nr_inactive_file");
  // Some are waiting in a pagevec to be put on the LRU.
  expect(found["active_file"]! + found["inactive_file"]! - file).toBeLessThan(64);
  expect(found["active_file"]! + found["inactive_file"]!).toBeGreaterThan(24 * 256 - 1);
  expect(Object.values(found).reduce((sum, each) => sum + each, 0)).toBe(PAGES);
  // Of single tiles, the counts are those of the tiles.
  const single = map.states.map((_, i) => map.tiles.filter((state) => state === i).length);
  expect(single).toEqual(map.counts);
});

test("pages that the host has not heard of are in flight", async () => {
  const session = await stoppedIn("tell_host");
  const found = counts(session.pageMap(PAGES));
  expect(found["in_flight"]).toBe(256);
  expect(found["discarded"]).toBe(0);
});

test("a part of memory is shown as in the whole, wherever it begins", async () => {
  const session = await stoppedIn("update_balloon_size");
  const whole = session.pageMap(PAGES);
  for (const [first, count] of [
    [0, 100],
    [1, 4000],
    [1023, 2],
    [20_001, 5000],
    [PAGES - 7, 100],
  ] as const) {
    const part = session.pageMap(PAGES, { range: { first, count } });
    expect(part.tiles).toEqual(whole.tiles.slice(first, first + count));
  }
  expect(session.pageMap(10, { range: { first: PAGES, count: 5 } }).tiles).toHaveLength(0);
});

test("a tile shows what most of its pages are", async () => {
  const session = await stoppedIn("update_balloon_size");
  const single = session.pageMap(PAGES);
  const map = session.pageMap(100);
  expect([map.pagesPerTile, map.tiles.length]).toEqual([328, 100]);
  map.tiles.forEach((state, tile) => {
    const pages = single.tiles.slice(tile * 328, (tile + 1) * 328);
    const inState = (wanted: number): number => pages.filter((each) => each === wanted).length;
    for (let other = 0; other < map.states.length; other++)
      expect(inState(state)).toBeGreaterThanOrEqual(inState(other));
  });
  expect(map.counts).toEqual(single.counts);
});

test("a few pages of each tile are enough for a picture", async () => {
  const session = await stoppedIn("update_balloon_size");
  const map = session.pageMap(500);
  const guessed = session.pageMap(500, { perTile: 8 });
  const differing = guessed.tiles.filter((state, tile) => state !== map.tiles[tile]).length;
  expect(differing).toBeLessThan(25);
  expect(Math.abs(guessed.counts.reduce((sum, each) => sum + each, 0) - PAGES)).toBeLessThan(8);
  guessed.counts.forEach((count, i) => expect(Math.abs(count - map.counts[i]!)).toBeLessThan(1500));
});

test("mem_map[pfn] is that page", async () => {
  const session = await stoppedIn("update_balloon_size");
  const map = session.pageMap(PAGES);
  const words = { discarded: /balloon$/, free_absent: /free, order/, inactive_file: /page cache/ };
  for (const [state, text] of Object.entries(words)) {
    const pfn = map.tiles.findIndex((_, page) => {
      if (stateOf(map, page) !== state) return false;
      return state !== "free_absent" || (number(session, `page_flags[${page}]`) & 0x800) !== 0;
    });
    const { value, error } = session.evaluate(`mem_map[0x${pfn.toString(16)}]`, null);
    expect(error).toBeNull();
    expect(value!.value).toMatch(text);
    expect(value!.value).toContain(`0x${pfn.toString(16)}`);
    expect(session.children(value!.ref, 0, 1)[0]!.value).toContain(`(${pfn})`);
  }
  expect(session.evaluate("mem_map[4][3].pfn", null).value!.value).toBe("0x7 (7)");
  expect(session.evaluate(`mem_map[${PAGES}]`, null).error).not.toBeNull();
});

test("before the lists are made there is a map all the same", async () => {
  const session = started();
  await session.execute("stepIn");
  const { tiles, counts } = session.pageMap(100);
  expect(tiles).toHaveLength(100);
  expect(counts.reduce((sum, count) => sum + count)).toBe(PAGES);
});
