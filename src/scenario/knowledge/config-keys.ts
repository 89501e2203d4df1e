import type { KeyInfo } from "./key-info.ts";

/** Options of the guest's kernel. */
export const CONFIG_KEYS: Readonly<Record<string, KeyInfo>> = {
  BALLOON_COMPACTION: {
    value: "choice",
    doc: "Whether compaction may move pages of the balloon. Without it they are allocated as unmovable memory (`GFP_HIGHUSER`), so direct reclaims for them count in `allocstall_normal`.",
    example: "BALLOON_COMPACTION: n",
    default: "y",
    choices: { y: "Pages of the balloon move.", n: "They stay where they are." },
  },
  COMPACTION: {
    value: "choice",
    doc: "Compaction of memory: kcompactd, direct compaction, and `vm.compact_memory`. Without it there is neither `BALLOON_COMPACTION` nor `TRANSPARENT_HUGEPAGE`.",
    example: "COMPACTION: n",
    default: "y",
    choices: { y: "Memory is compacted.", n: "Large blocks come from freeing alone." },
  },
  HZ: {
    value: "choice",
    doc: "Ticks per second. Sleeps of the kernel last whole ticks, and one more: the balloon's 200 ms are 204 ms at 250.",
    example: "HZ: 250",
    default: "250",
    choices: {
      100: "10 ms.",
      250: "4 ms, as Debian and Ubuntu have it.",
      300: "3.3 ms.",
      1000: "1 ms.",
    },
  },
  PAGE_REPORTING: {
    value: "choice",
    doc: "Free page reporting. Without it the driver does not take the feature `page-reporting`.",
    example: "PAGE_REPORTING: n",
    default: "y",
    choices: { y: "The driver can report free pages.", n: "It cannot." },
  },
  SWAP: {
    value: "choice",
    doc: "Support for swap; `guest.swap` needs it.",
    example: "SWAP: n",
    default: "y",
    choices: { y: "The guest may have swap.", n: "It has none." },
  },
  TRANSPARENT_HUGEPAGE: {
    value: "choice",
    doc: "Transparent huge pages; `n` is stronger than `thp: never`, and has the same effect here.",
    example: "TRANSPARENT_HUGEPAGE: n",
    default: "y",
    choices: { y: "`guest.thp` decides.", n: "There are none." },
  },
  VM_EVENT_COUNTERS: {
    value: "choice",
    doc: "Counters of events. Without them the statistics that the balloon sends lack swap traffic and faults. Scenarios and charts still see the counters.",
    example: "VM_EVENT_COUNTERS: n",
    default: "y",
    choices: { y: "All statistics are sent.", n: "Those of events are missing." },
  },
};
