/** The balloon's feature bits: what each adds, and that it adds nothing without being negotiated. */
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "./guest.ts";

interface Options {
  readonly features?: string;
  readonly driver?: string;
  readonly kernel?: string;
  readonly guest?: string;
  readonly device?: string;
  readonly memory?: string;
}

const MIB = 256;

function guest(options: Options, timeline: readonly string[]): Guest {
  const { features = "stats-vq", driver = "v5.7", kernel = "v5.7", memory = "512MiB" } = options;
  const more = options.guest === undefined ? "" : `, ${options.guest}`;
  const device = options.device === undefined ? "" : `, ${options.device}`;
  return new Guest(
    [
      `guest: { memory: ${memory}, kernel: ${kernel}, driver: ${driver}, cpus: 2, thp: never, files: { small: 60MiB, big: 300MiB }${more} }`,
      `device: { features: [${features}]${device} }`,
      "costs: tcg",
      "timeline:",
      ...timeline.map((step) => `  - ${step}`),
      "",
    ].join("\n"),
  );
}

function runChecked(g: Guest, each: () => void = () => undefined): void {
  let dispatches = 0;
  g.run(() => {
    const broken = g.call("virtio/debug.ts", "check_virtio");
    if (broken !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(broken)}`);
    if (dispatches++ % 256 === 0) {
      const wrong = g.call("mm/debug.ts", "check_invariants");
      if (wrong !== "") throw new Error(`at ${g.machine.state.time} ns: ${String(wrong)}`);
    }
    each();
  });
}

const rss = (g: Guest): number => g.global<number>("ram.ts", "presentPages");

const USE = [
  "run: cat small",
  "run: memhog 100MiB",
  "wait: 2s",
  "balloon: 200MiB",
  "wait: 3s",
  "kill: memhog",
  "drop-caches: 1",
  "wait: 6s",
  "balloon: 0",
  "wait: 5s",
];

/** Everything that a guest can count. */
function counters(g: Guest): string {
  return JSON.stringify([...g.global<Float64Array>("mm/vmstat.ts", "vmstat")]);
}

test("must-tell-host changes nothing: Linux tells the host and waits anyway", () => {
  const runs = ["stats-vq", "stats-vq, must-tell-host"].map((features) => {
    const g = guest({ features }, USE);
    runChecked(g);
    return [counters(g), rss(g), g.machine.state.time];
  });
  expect(runs[0]).toEqual(runs[1]);
});

test.each([
  ["free-page-hint", "v4.19"],
  ["page-poison", "v4.19"],
  ["page-reporting", "v4.19"],
  ["page-reporting", "v5.5"],
  ["page-poison", "v5.7"],
])("%s that %s does not take changes nothing", (feature, driver) => {
  const runs = ["stats-vq", `stats-vq, ${feature}`].map((features) => {
    const g = guest({ features, driver }, USE);
    runChecked(g);
    const [device] = g.global<{ features: number; vqs: unknown[] }[]>(
      "virtio/virtio.ts",
      "virtio_devices",
    );
    return [counters(g), rss(g), g.machine.state.time, device!.features, device!.vqs.length];
  });
  expect(runs[0]).toEqual(runs[1]);
});

test("reports begin two seconds after memory was freed, 32 blocks each, and the host's memory falls", () => {
  const sizes = ["stats-vq", "stats-vq, page-reporting"].map((features) => {
    const g = guest({ features, kernel: "v6.1" }, [
      "wait: 4s",
      "run: cat big",
      "wait: 5s",
      "drop-caches: 1",
      "wait: 100ms",
      "wait: 8s",
    ]);
    const ends: number[] = [];
    runChecked(g, () => {
      while (ends.length < g.outcomes.length) ends.push(rss(g));
    });
    return ends;
  });
  const [without, with_] = [sizes[0]!, sizes[1]!];
  // Dropping the cache does not help the host by itself; the reports do, but for blocks below 2 MiB.
  expect(without[5]).toBe(without[2]);
  expect(with_[4]).toBe(with_[2]);
  expect(with_[2]! - with_[5]!).toBeGreaterThan(280 * MIB);
});

test("what was reported comes back when it is touched, and is not reported twice", () => {
  const g = guest({ features: "page-reporting" }, ["wait: 30s", "run: memhog 100MiB", "wait: 3s"]);
  const reports: number[] = [];
  let used = 0;
  runChecked(g, () => {
    const devices = g.global<
      { priv: { reporting: { reporting_vq: { last_used_idx: number } } } | null }[]
    >("virtio/virtio.ts", "virtio_devices");
    const now = devices[0]?.priv?.reporting?.reporting_vq.last_used_idx ?? 0;
    if (now > used) reports.push(g.machine.state.time / 1e9);
    used = now;
  });
  expect(reports.length).toBeGreaterThan(1);
  // Two runs at most: the first is cut short by its budget, and nothing is new afterwards.
  expect(Math.max(...reports.filter((at) => at < 30))).toBeLessThan(9);
  expect(Math.min(...reports)).toBeGreaterThanOrEqual(2);
  expect(rss(g)).toBeGreaterThan(100 * MIB);
});

test.each(["indirect-desc: off", "ring: packed", "transport: mmio-v1"])(
  "reports with %s",
  (device) => {
    const timeline = ["wait: 3s", "run: cat big", "wait: 5s", "drop-caches: 1", "wait: 6s"];
    const g = guest({ features: "page-reporting", device }, timeline);
    runChecked(g);
    expect(rss(g)).toBeLessThan(120 * MIB);
  },
);

const hints = (g: Guest): { status: string; hinted: number; cmd_id: number } =>
  g.global("host/free_page_hint.ts", "free_page_hints");
const sent = (g: Guest): number =>
  g.global<{ normal: number }>("host/migration.ts", "ram_counters").normal;

test.each(["v5.5", "v5.7", "v6.19"])(
  "%s names free blocks to a migration, and gets them back after it",
  (driver) => {
    const timeline = [
      "run: cat big",
      "wait: 5s",
      "drop-caches: 1",
      "wait: 1s",
      "migrate: 100MiB/s",
      "wait: 1s",
    ];
    const [without, with_] = ["stats-vq", "stats-vq, free-page-hint"].map((features) => {
      const g = guest({ features, driver }, timeline);
      runChecked(g);
      return g;
    });
    // The guest has 512 MiB of which 300 were touched and are free again.
    expect(sent(without!)).toBeGreaterThan(300 * MIB);
    expect(sent(with_!)).toBeLessThan(200 * MIB);
    expect(hints(with_!)).toMatchObject({ status: "DONE", cmd_id: 0x80000000 });
    expect(hints(with_!).hinted + sent(with_!)).toBeLessThanOrEqual(512 * MIB);
    expect(hints(without!).hinted).toBe(0);
    // Blocks were taken from the allocator and are back: kswapd never noticed.
    const free = [without!, with_!].map((g) => g.vmstat("nr_free_pages"));
    expect(Math.abs(free[0]! - free[1]!)).toBeLessThan(1024);
    expect(with_!.vmstat("pageoutrun")).toBe(0);
  },
);

test("a second migration is another round with the next id", () => {
  const g = guest({ features: "free-page-hint" }, [
    "migrate: 400MiB/s",
    "wait: 1s",
    "migrate: 400MiB/s",
    "wait: 1s",
  ]);
  runChecked(g);
  expect(hints(g)).toMatchObject({ status: "DONE", cmd_id: 0x80000001 });
  expect(hints(g).hinted).toBeGreaterThan(300 * MIB);
});

test.each([
  ["v5.5", "deflate-on-oom, free-page-hint"],
  ["v5.7", "free-page-hint"],
])(
  "%s with %s: reclaim takes the blocks of hints back while a migration goes on",
  (driver, features) => {
    const g = guest({ features, driver }, [
      "run: memhog 300MiB --rate 100MiB/s --hold 60s",
      "migrate: 20MiB/s",
    ]);
    let most = 0;
    runChecked(g, () => {
      const [device] = g.global<{ priv: { free_page: { num_free_page_blocks: number } } | null }[]>(
        "virtio/virtio.ts",
        "virtio_devices",
      );
      most = Math.max(most, device?.priv?.free_page.num_free_page_blocks ?? 0);
    });
    expect(most).toBeGreaterThan(50);
    expect(g.vmstat("slabs_scanned")).toBeGreaterThan(0);
    expect(g.vmstat("oom_kill")).toBe(0);
  },
);

test("a guest that poisons freed pages says with what, and the host leaves reported pages alone", () => {
  const poison = (options: Options): number => {
    const g = guest(options, [
      "wait: 3s",
      "run: cat big",
      "wait: 5s",
      "drop-caches: 1",
      "wait: 6s",
    ]);
    runChecked(g);
    expect(rss(g)).toBeGreaterThan(250 * MIB);
    return g.global<{ poison_val: number }>("host/virtio_balloon.ts", "balloon").poison_val;
  };
  const features = "page-reporting, page-poison";
  expect(poison({ features, guest: "page-poison: on" })).toBe(0xaaaaaaaa);
  // Without the feature the driver does not report at all, as the host would lose the pattern.
  expect(poison({ features: "page-reporting", guest: "page-poison: on" })).toBe(0);
  // v5.5 tells the pattern only along with hints.
  expect(poison({ features: "page-poison", driver: "v5.5", guest: "page-poison: on" })).toBe(0);
  expect(
    poison({ features: "page-poison, free-page-hint", driver: "v5.5", guest: "page-poison: on" }),
  ).toBe(0xaaaaaaaa);
});

test.each([
  [
    "guest: { memory: 1GiB, page-poison: maybe }\ntimeline: [wait: 1s]\n",
    "`maybe` is not a value of `page-poison`",
  ],
  ["guest: { memory: 1GiB }\ntimeline: [migrate: 20MiB]\n", "`20MiB` is not a rate"],
  [
    "guest: { memory: 1GiB }\ndevice: { features: [page-report] }\ntimeline: [wait: 1s]\n",
    "did you mean `page-reporting`?",
  ],
])("%s", (text, message) => {
  const { diagnostics, scenario } = parseScenario(text, "x");
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
  expect(scenario).toBeNull();
});
