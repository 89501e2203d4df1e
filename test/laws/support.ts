/** What the laws about runs share: small scenarios, the seed, and ways to run. */
import fc from "fast-check";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import type { Scenario } from "../../src/scenario/types.ts";
import { Session } from "../../src/session/session.ts";

/** From the environment, so that CI can take it from the commit; printed by the test run. */
export const lawSeed = Number(process.env["LAW_SEED"] ?? 1);

/** The smallest guest that boots: it runs in a fraction of a second, under any pressure. */
export interface Recipe {
  readonly kernel: string;
  readonly cpus: number;
  readonly seed: number;
  readonly thp: "always" | "never";
  readonly file: number;
  readonly balloon: number;
  readonly hog: number;
  readonly deflateOnOom: boolean;
  /** Per cent of the vCPUs' time that others get. */
  readonly steal: number;
}

const GUEST_MIB = 128;

export const recipes: fc.Arbitrary<Recipe> = fc.record({
  kernel: fc.constantFrom("v4.19", "v5.7", "v6.1"),
  cpus: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(1000),
  thp: fc.constantFrom("always" as const, "never" as const),
  file: fc.integer({ min: 1, max: 120 }),
  balloon: fc.integer({ min: 0, max: 100 }),
  hog: fc.integer({ min: 0, max: 70 }),
  deflateOnOom: fc.boolean(),
  steal: fc.constantFrom(0, 0, 40, 80),
});

export function scenarioText(recipe: Recipe): string {
  const features = recipe.deflateOnOom ? "[stats-vq, deflate-on-oom]" : "[stats-vq]";
  const lines = [
    "name: a law",
    "guest:",
    `  memory: ${GUEST_MIB}MiB`,
    `  cpus: ${recipe.cpus}`,
    `  kernel: ${recipe.kernel}`,
    `  thp: ${recipe.thp}`,
    `  files: { big: ${recipe.file}MiB }`,
    "device:",
    `  features: ${features}`,
    `host: { steal: ${recipe.steal}%, steal-slice: 2ms }`,
    "costs: hardware",
    `seed: ${recipe.seed}`,
    "timeline:",
    "  - run: cat big --loop",
    "    name: reader",
    "  - wait: 30ms",
    `  - balloon: ${recipe.balloon}MiB`,
    "  - wait: 40ms",
  ];
  if (recipe.hog > 0)
    lines.push(`  - run: memhog ${recipe.hog}MiB --rate 400MiB/s`, "  - wait: 60ms");
  lines.push(
    "  - drop-caches: 3",
    "  - wait: 10ms",
    "  - kill: reader",
    "  - balloon: 0",
    "  - wait: 20ms",
  );
  return `${lines.join("\n")}\n`;
}

export function scenarioOf(recipe: Recipe): Scenario {
  const text = scenarioText(recipe);
  const { scenario, diagnostics } = parseScenario(text, "law.balloon.yaml");
  if (scenario === null) throw new Error(`${diagnostics[0]?.message}\n${text}`);
  return scenario;
}

export function sessionOf(recipe: Recipe, historyBytes = 0): Session {
  return Session.create(scenarioOf(recipe), { image, historyBytes });
}

/** Runs to the end; returns the fingerprint there. */
export async function straight(recipe: Recipe): Promise<string> {
  const session = sessionOf(recipe);
  await session.execute("continue");
  return session.fingerprint();
}
