/** Scenarios in which random ones have once found a mistake, cut down to what it takes. */
export const FOUND: Readonly<Record<string, string>> = {
  "compaction slept between choosing a page and moving it, and somebody else took the page": `
guest: { memory: 96MiB, cpus: 2, kernel: v4.14, thp: never, files: { big: 90MiB } }
device: { features: [], event-idx: off, indirect-desc: off }
costs: hardware
seed: 0
timeline:
  - run: frag 33MiB --keep-every 3
  - wait: 6ms
  - run: forker 6MiB --children 2
  - sysctl: vm.compact_memory = 1
  - balloon: 0
  - run: cat big --loop
  - wait: 6ms
`,
  "two readers held one page, the first to let go let reclaim have it, and the other marked it": `
guest: { memory: 103MiB, cpus: 2, kernel: v6.19, swap: 64MiB, thp: never, files: { big: 90MiB } }
device: { features: [], transport: mmio-v1, event-idx: off, indirect-desc: off }
costs: hardware
seed: 0
timeline:
  - balloon: 1MiB
  - run: cat big --loop
    name: one
  - run: memhog 21MiB
  - run: frag 16MiB --keep-every 2
  - run: cat big --loop
    name: other
  - wait: 5ms
`,
};
