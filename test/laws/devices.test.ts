/**
 * Any generation of the driver, on any transport, with any ring and any features: queues, driver and
 * host agree after every dispatch, and what was not negotiated changes nothing.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import { Guest } from "../model/guest.ts";
import { lawSeed } from "./support.ts";
import { Watch } from "./watch.ts";

interface Recipe {
  readonly kernel: string;
  readonly driver: string;
  readonly cpus: number;
  readonly seed: number;
  readonly pageSize: string;
  readonly transport: string;
  readonly packed: boolean;
  readonly eventIdx: boolean;
  readonly indirect: boolean;
  readonly features: readonly string[];
  readonly poison: boolean;
  readonly hostPage: string;
  readonly steps: readonly string[];
}

/** Bits in their order; each generation knows a first part of them. */
const FEATURES = [
  "must-tell-host",
  "stats-vq",
  "deflate-on-oom",
  "free-page-hint",
  "page-poison",
  "page-reporting",
];
const KNOWN: Readonly<Record<string, number>> = {
  "v4.14": 3,
  "v4.19": 3,
  "v5.5": 5,
  "v5.7": 6,
  "v6.8": 6,
  "v6.19": 6,
};
const LEGACY = new Set(["pci-legacy", "mmio-v1"]);

const size = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });

const step: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: size(110).map((mib) => `balloon: ${mib}MiB`) },
  { weight: 2, arbitrary: fc.constantFrom("run: cat big", "run: cat big --loop") },
  {
    weight: 2,
    arbitrary: size(80).map((mib) => `run: memhog ${mib + 1}MiB --rate 500MiB/s --hold 20ms`),
  },
  { weight: 2, arbitrary: fc.constantFrom("drop-caches: 1", "drop-caches: 2", "drop-caches: 3") },
  { weight: 1, arbitrary: fc.constant("migrate: 2GiB/s") },
  { weight: 1, arbitrary: size(60).map((mib) => `host-pressure: ${mib}MiB`) },
  { weight: 1, arbitrary: fc.constant("sysrq: f") },
);

const recipes: fc.Arbitrary<Recipe> = fc
  .record({
    kernel: fc.constantFrom("v4.14", "v4.19", "v5.5", "v5.7", "v6.1", "v6.19"),
    driver: fc.constantFrom(...Object.keys(KNOWN)),
    cpus: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1000),
    pageSize: fc.constantFrom("4KiB", "4KiB", "64KiB"),
    transport: fc.constantFrom("pci-modern", "pci-legacy", "mmio-v1", "mmio-v2"),
    packed: fc.boolean(),
    eventIdx: fc.boolean(),
    indirect: fc.boolean(),
    features: fc.subarray(FEATURES),
    poison: fc.boolean(),
    hostPage: fc.constantFrom("4KiB", "4KiB", "64KiB", "2MiB"),
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  })
  .map((recipe) => {
    if (!LEGACY.has(recipe.transport)) return recipe;
    return { ...recipe, packed: false, steps: recipe.steps.filter((each) => each !== "sysrq: f") };
  });

function scenarioText(recipe: Recipe): string {
  const onOff = (on: boolean): string => (on ? "on" : "off");
  const hasStats = recipe.features.includes("stats-vq");
  return [
    "guest:",
    "  memory: 128MiB",
    `  page-size: ${recipe.pageSize}`,
    `  cpus: ${recipe.cpus}`,
    `  kernel: ${recipe.kernel}`,
    `  driver: ${recipe.driver}`,
    "  thp: never",
    `  page-poison: ${onOff(recipe.poison)}`,
    "  files: { big: 70MiB }",
    "device:",
    `  features: [${recipe.features.join(", ")}]`,
    `  transport: ${recipe.transport}`,
    `  ring: ${recipe.packed ? "packed" : "split"}`,
    `  event-idx: ${onOff(recipe.eventIdx)}`,
    `  indirect-desc: ${onOff(recipe.indirect)}`,
    `host: { page-size: ${recipe.hostPage}${hasStats ? ", stats-interval: 1s" : ""} }`,
    // Reports begin after two seconds, which two long waits reach.
    "costs: hardware",
    `seed: ${recipe.seed}`,
    "timeline:",
    "  - wait: 10ms",
    ...recipe.steps.flatMap((each, i) => [`  - ${each}`, `  - wait: ${i % 2 === 0 ? 40 : 1300}ms`]),
    "",
  ].join("\n");
}

/** How often the costly look at all of memory is taken. */
const LOOK_EVERY = 512;

function run(recipe: Recipe): Guest {
  return watched(recipe).guest;
}

function watched(recipe: Recipe): { readonly guest: Guest; readonly watch: Watch } {
  const guest = new Guest(scenarioText(recipe));
  const watch = new Watch(guest, { memoryPeriod: LOOK_EVERY });
  guest.run(() => {
    watch.look();
  });
  return { guest, watch };
}

/** All that a guest counts, what the host has of it, and when it was over. */
function outcome(guest: Guest): unknown {
  return {
    vmstat: [...guest.global<Float64Array>("mm/vmstat.ts", "vmstat")],
    rss: guest.global<number>("ram.ts", "presentPages"),
    time: guest.machine.state.time,
  };
}

function law(name: string, numRuns: number, holds: (recipe: Recipe) => void | Promise<void>): void {
  test(name, async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        try {
          await holds(recipe);
        } catch (error) {
          throw new Error(scenarioText(recipe), { cause: error });
        }
      }),
      { seed: lawSeed, numRuns },
    );
  });
}

law("queues, driver, host and memory agree after every dispatch", 24, (recipe) => {
  run(recipe);
});

/** Whatever else happens, the balloon grows and goes back. */
const deflates = (recipe: Recipe): Recipe => ({
  ...recipe,
  steps: ["balloon: 40MiB", "wait: 100ms", ...recipe.steps, "balloon: 4MiB", "wait: 2s"],
});

law("must-tell-host: no page is used again before the host has used the message", 12, (recipe) => {
  const features = new Set(["must-tell-host", ...recipe.features]);
  const { watch } = watched({ ...deflates(recipe), features: [...features] });
  // `watch` has looked at each page that was on its way out, and there were some.
  expect(watch.deflating.found).toBeGreaterThan(8);
});

law(
  "must-tell-host adds no page: the driver tells the host and waits without it too",
  5,
  (recipe) => {
    const others = recipe.features.filter((name) => name !== "must-tell-host");
    const outcomeWith = (features: readonly string[]): unknown => {
      const { guest, watch } = watched({ ...deflates(recipe), features });
      return [outcome(guest), watch.deflating.found];
    };
    expect(outcomeWith(["must-tell-host", ...others])).toEqual(outcomeWith(others));
  },
);

law("a feature that the driver does not know changes nothing", 6, (recipe) => {
  const known = FEATURES.slice(0, KNOWN[recipe.driver]);
  const negotiated = recipe.features.filter((name) => known.includes(name));
  const offered = [...negotiated, ...FEATURES.filter((name) => !known.includes(name))];
  const few = outcome(run({ ...recipe, features: negotiated }));
  expect(outcome(run({ ...recipe, features: offered }))).toEqual(few);
});

law("breakpoints on the device's path that never stop change nothing", 6, async (recipe) => {
  const prints: string[] = [];
  for (const names of [[], ["vring_interrupt", "virtqueue_add", "virtqueue_pop", "tell_host"]]) {
    const { scenario } = parseScenario(scenarioText(recipe), "law.balloon.yaml");
    const session = Session.create(scenario!, { image, historyBytes: 0 });
    session.setFunctionBreakpoints(
      names.map((name) => ({
        at: { kind: "function", name },
        condition: "time < 0",
        hitCondition: null,
        logMessage: null,
      })),
    );
    await session.execute("continue");
    prints.push(session.fingerprint());
  }
  expect(prints[1]).toBe(prints[0]);
});
