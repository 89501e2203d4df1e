/**
 * Data breakpoints on random guests: asked only in the functions that may touch a value, they make
 * the same stops as when every statement of the model is asked, and going back meets them again.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Session } from "../../src/session/session.ts";
import type { DataAccess, DataBreakpointRequest } from "../../src/session/types.ts";
import { lawSeed, recipes, scenarioText, sessionOf, type Recipe } from "./support.ts";

const MOST_STOPS = 12;

const SUBJECTS = [
  ["global", "mm/vmstat.ts", "vmstat", 0],
  ["global", "mm/vmstat.ts", "vmstat", 45],
  ["global", "mm/vmstat.ts", "vmstat", 58],
  ["global", "mm/vmstat.ts", "vm_zone_stat", 6],
  ["global", "virtio/virtio.ts", "virtio_devices", 0, "priv", "num_pages"],
  ["global", "virtio/virtio.ts", "virtio_devices", 0, "vqs", 0, "num_free"],
  ["global", "virtio/virtio.ts", "virtio_devices", 0, "vqs", 0, "last_used_idx"],
  ["global", "host/virtio_balloon.ts", "balloon", "actual"],
  ["global", "ram.ts", "presentPages"],
  ["page", 9000],
  ["page", 20_000],
].map((each) => JSON.stringify(each));

const COMPUTED = [
  "balloon_pages",
  "balloon.reached",
  "host.rss",
  "vb->num_pages * 4 KiB",
  "nr_free_pages + nr_active_file",
].map((text) => JSON.stringify(["expression", text]));

const ACCESSES: readonly DataAccess[] = ["read", "write", "readWrite", "change"];

const stored = fc.record({
  dataId: fc.constantFrom(...SUBJECTS),
  access: fc.constantFrom(...ACCESSES),
  condition: fc.constantFrom(null, null, "time / 1000 % 3 == 0"),
  hitCondition: fc.constantFrom("% 7", "% 101", "% 1009", "5"),
});

const computed = fc.record({
  dataId: fc.constantFrom(...COMPUTED),
  access: fc.constant<DataAccess>("change"),
  condition: fc.constantFrom(null, ">= 4096", "< 3000"),
  hitCondition: fc.constantFrom("% 3", "% 101"),
});

const watches = fc.array(fc.oneof({ weight: 3, arbitrary: stored }, computed), {
  minLength: 1,
  maxLength: 3,
});

/** Goes first with every seed: a guest in which this much is sure to be met. */
const BUSY: Recipe = {
  kernel: "v4.19",
  cpus: 1,
  seed: 1,
  thp: "never",
  file: 64,
  balloon: 64,
  hog: 0,
  deflateOnOom: true,
  steal: 0,
};
const FREE_PAGES = {
  dataId: SUBJECTS[0]!,
  access: "write",
  condition: null,
  hitCondition: "% 1009",
} as const;

/** Changes at almost every statement, and anywhere: while it is watched, all of them are asked. */
const EVERYWHERE: DataBreakpointRequest = {
  dataId: '["expression","time"]',
  access: "change",
  condition: "time < 0",
  hitCondition: null,
  logMessage: null,
};

async function stops(session: Session): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < MOST_STOPS) {
    const { reason, time } = await session.execute("continue");
    if (reason.kind !== "data") break;
    // No store goes untold.
    expect(reason.by).not.toBe("");
    seen.push(`${time} ${reason.text} by ${reason.by} ${session.fingerprint()}`);
  }
  return seen;
}

test("where a value may be touched is known: asking everywhere makes the same stops", async () => {
  let met = 0;
  await fc.assert(
    fc.asyncProperty(recipes, watches, async (recipe, chosen) => {
      const requests = chosen.map((each) => ({ ...each, logMessage: null }));
      const session = sessionOf(recipe, 1 << 28);
      const other = sessionOf(recipe);
      try {
        const views = session.setDataBreakpoints(requests);
        expect(views.filter(({ verified }) => !verified)).toEqual([]);
        const seen = await stops(session);
        other.setDataBreakpoints([...requests, EVERYWHERE]);
        expect(seen).toEqual(await stops(other));
        met += seen.length;
        if (session.stop?.reason.kind !== "data") return;
        for (const place of seen.slice(0, -1).toReversed().slice(0, 3)) {
          const { reason, time } = await session.execute("reverseContinue");
          if (reason.kind !== "data") throw new Error(reason.kind);
          expect(`${time} ${reason.text} by ${reason.by} ${session.fingerprint()}`).toBe(place);
        }
      } catch (error) {
        throw new Error(`${scenarioText(recipe)}# ${JSON.stringify(requests)}`, { cause: error });
      } finally {
        session.dispose();
        other.dispose();
      }
    }),
    { seed: lawSeed, numRuns: 5, examples: [[BUSY, [FREE_PAGES]]] },
  );
  expect(met).toBeGreaterThan(0);
}, 240_000);
