/** The same pressure on guests of all sizes: the time of a page operation should not grow. */
import { pageOperations, run, type Measured } from "./runs.ts";
import type { Table } from "./table.ts";

const GIB = 2 ** 30;
const SIZES = [1 / 4, 1, 4, 16, 64];

export async function measureGrowth(table: Table): Promise<void> {
  // The first run warms up the compiler.
  await grown(1 / 4);
  for (const gib of SIZES) {
    const { result, cpuS } = await grown(gib);
    const operations = pageOperations(result);
    const size = gib < 1 ? `${gib * 1024} MiB` : `${gib} GiB`;
    table.add(`growth, ${size}: page operations`, operations / 1e6, "million");
    table.add(`growth, ${size}: time per page operation`, (cpuS * 1e9) / operations, "ns");
  }
}

/** Reader against shrinker for two minutes, whatever the size: the operations are about as many. */
async function grown(gib: number): Promise<Measured> {
  const bytes = (share: number): number => 4096 * Math.floor((gib * GIB * share) / 4096);
  const milliseconds = (perGib: number): number => Math.round(gib * perGib);
  const text = `name: growth
guest:
  memory: ${bytes(1)}
  cpus: 2
  kernel: v4.19
  files: { big: ${bytes(0.65)} }
device:
  features: [deflate-on-oom, stats-vq]
costs: hardware
timeline:
  - run: cat big --loop
    name: reader
  - wait: ${milliseconds(1500)}ms
  - balloon: ${bytes(0.8)}
  - wait: 120s
  - kill: reader
  - balloon: 0
  - wait: ${milliseconds(1000)}ms
`;
  return run({ text, path: "growth.balloon.yaml" });
}
