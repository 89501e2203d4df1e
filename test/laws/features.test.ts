/** What a scenario's author is told of a feature is what the guest's driver makes of it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Guest } from "../model/guest.ts";
import { lawSeed } from "./support.ts";

const FEATURES = [
  "must-tell-host",
  "stats-vq",
  "deflate-on-oom",
  "free-page-hint",
  "page-poison",
  "page-reporting",
];

const guests = fc.record({
  driver: fc.constantFrom("v4.14", "v4.19", "v5.5", "v5.7", "v6.8", "v6.19"),
  kernel: fc.constantFrom("v4.14", "v4.19", "v5.5", "v5.7", "v6.1", "v6.19"),
  features: fc.subarray(FEATURES),
  poison: fc.constantFrom("on", "off"),
  reporting: fc.constantFrom("y", "n"),
});

test("a feature is left out by the driver exactly if the scenario is warned of it", () => {
  fc.assert(
    fc.property(guests, ({ driver, kernel, features, poison, reporting }) => {
      const text = [
        `guest: { memory: 96MiB, kernel: ${kernel}, driver: ${driver}, page-poison: ${poison} }`,
        `device: { features: [${features.join(", ")}] }`,
        `config: { PAGE_REPORTING: ${reporting} }`,
        "timeline: [wait: 1us]",
        "",
      ].join("\n");
      const { diagnostics } = parseScenario(text, "law.balloon.yaml");
      const warned = diagnostics
        .filter(({ code }) => code === "feature-not-taken")
        .map(({ range }) => text.split("\n")[range.line]!.slice(range.column, range.endColumn));
      const guest = new Guest(text);
      guest.run();
      const [device] = guest.global<{ features: number }[]>("virtio/virtio.ts", "virtio_devices");
      const taken = (name: string): boolean =>
        Math.floor(device!.features / 2 ** FEATURES.indexOf(name)) % 2 === 1;
      expect(warned).toEqual(features.filter((name) => !taken(name)));
    }),
    { seed: lawSeed, numRuns: 60 },
  );
});
