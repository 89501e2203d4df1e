/** Guests with pages of 64 KiB: the balloon's units of 4 KiB, and the bugs that only show there. */
import { expect, test } from "vitest";
import { Guest } from "./guest.ts";

interface Options {
  readonly kernel: string;
  readonly pageSize?: string;
  readonly guest?: string;
  readonly device?: string;
}

const PER_MIB = 16;

function guest(options: Options, timeline: readonly string[]): Guest {
  const { kernel, pageSize = "64KiB", guest: more = "", device = "" } = options;
  return new Guest(
    [
      `guest: { memory: 1GiB, page-size: ${pageSize}, kernel: ${kernel}, cpus: 2, files: { big: 900MiB }${more} }`,
      `device: { features: [deflate-on-oom, stats-vq]${device} }`,
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

/** Runs, looks for broken invariants, and returns every size that the balloon has had. */
function sizesOf(g: Guest): number[] {
  const sizes = [0];
  g.run(() => {
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(String(broken));
    const devices = g.global<{ priv: { num_pages?: number } | null }[]>(
      "virtio/virtio.ts",
      "virtio_devices",
    );
    const size = devices[0]?.priv?.num_pages ?? 0;
    if (size !== sizes.at(-1)) sizes.push(size);
  });
  expect(g.call("mm/debug.ts", "check_invariants")).toBe("");
  return sizes;
}

test.each(["v4.14", "v4.19", "v5.5", "v5.7", "v6.1"])(
  "%s never meets a target of 17 units: two pages are 15 too many, one is one too few",
  (kernel) => {
    const g = guest({ kernel }, ["balloon: 68KiB", "wait: 100ms"]);
    const steps = sizesOf(g)
      .map((size, i, all) => size - (all[i - 1] ?? 0))
      .slice(1);
    expect(steps.length).toBeGreaterThan(100);
    expect(steps.slice(0, 5)).toEqual([32, -16, 16, -16, 16]);
    expect(new Set(steps.slice(1))).toEqual(new Set([-16, 16]));
    // Guest pages are counted: one for each step but the first, which takes two.
    const up = steps.filter((step) => step > 0).length;
    expect(g.vmstat("balloon_inflate")).toBe(up + 1);
  },
);

test.each(["v6.8", "v6.19"])("%s rounds the target up, and is done", (kernel) => {
  const g = guest({ kernel }, ["balloon: 68KiB", "wait: 100ms"]);
  expect(sizesOf(g)).toEqual([0, 32]);
  expect(g.vmstat("balloon_inflate")).toBe(2);
});

test("a target of whole pages is met, and the host has its memory", () => {
  const rss = (g: Guest): number => g.global("ram.ts", "presentPages");
  const [before, after] = [[], ["balloon: 512MiB", "wait: 2s"]].map((steps) => {
    const g = guest({ kernel: "v6.1" }, ["run: cat big", "wait: 9s", ...steps]);
    sizesOf(g);
    return g;
  });
  expect(after!.vmstat("balloon_inflate")).toBe(512 * PER_MIB);
  expect(after!.global<{ actual: number }>("host/virtio_balloon.ts", "balloon").actual).toBe(
    512 * 256,
  );
  // In units of 4 KiB; more than half of the memory was free or held the file.
  expect(rss(before!) - rss(after!)).toBeGreaterThan(450 * 256);
  expect(rss(after!) % PER_MIB).toBe(0);
});

test.each(["v4.14", "v5.7"])("%s gives back 256 units, 16 pages, at each OOM", (kernel) => {
  const g = guest({ kernel }, [
    "balloon: 700MiB",
    "wait: 2s",
    "run: memhog 500MiB --hold 1s",
    "wait: 2s",
  ]);
  const sizes = sizesOf(g);
  const smallest = Math.min(...sizes.slice(sizes.indexOf(700 * 256)));
  const calls = g.events.filter(([, name]) => name === "oom_notify").length;
  expect(calls).toBeGreaterThan(50);
  expect(g.vmstat("balloon_deflate")).toBe(16 * calls);
  expect(smallest).toBe(700 * 256 - 256 * calls);
});

const PRESSED = ["balloon: 512MiB", "wait: 1s", "run: cat big", "wait: 5s"];

test("v4.19's shrinker frees the whole balloon when 128 pages are asked for", () => {
  const g = guest({ kernel: "v4.19", guest: ", min-free-kbytes: 4096" }, PRESSED);
  sizesOf(g);
  expect(g.vmstat("slabs_scanned")).toBe(128);
  expect(g.vmstat("balloon_deflate")).toBe(512 * PER_MIB);
});

test.each([
  ["v5.5", "64KiB"],
  ["v5.5", "4KiB"],
  ["v4.19", "4KiB"],
])("%s with pages of %s frees what is asked for", (kernel, pageSize) => {
  const g = guest({ kernel, pageSize, guest: ", min-free-kbytes: 4096" }, PRESSED);
  sizesOf(g);
  expect(g.vmstat("balloon_deflate")).toBeGreaterThan(0);
  // v4.19 also asks the cache of inodes, of which there is one.
  expect(Math.abs(g.vmstat("slabs_scanned") - g.vmstat("balloon_deflate"))).toBeLessThan(2);
});

test.each(["transport: mmio-v1", "transport: pci-legacy", "ring: packed"])(
  "queues are found at their addresses: %s",
  (device) => {
    const g = guest({ kernel: "v5.7", device: `, ${device}` }, ["balloon: 512MiB", "wait: 2s"]);
    expect(sizesOf(g).at(-1)).toBe(512 * 256);
  },
);

test("a page is read as 64 KiB, and counted so", () => {
  const g = guest({ kernel: "v6.1" }, ["run: cat big", "wait: 9s"]);
  sizesOf(g);
  expect(g.vmstat("pgpgin")).toBe(900 * 1024);
  expect(g.global<number>("page_size.ts", "KIB_PER_PAGE")).toBe(64);
});
