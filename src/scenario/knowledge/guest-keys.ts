import type { KeyInfo } from "./key-info.ts";

export const GUEST_KEYS: Readonly<Record<string, KeyInfo>> = {
  memory: {
    value: "size",
    doc: "RAM of the guest, 96 MiB to 256 GiB. Sizes are powers of 1024 with `MiB` or `M`, powers of 1000 with `MB`.",
    example: "memory: 1GiB",
  },
  "page-size": {
    value: "choice",
    doc: "Size of the guest's pages. The balloon counts units of 4 KiB whatever it is: with `64KiB`, as arm64 guests may have it, each page is 16 of them, and a target that is not a multiple of 16 is never met by drivers before v6.6. The lines of `/proc/vmstat` count the guest's own pages. There are no huge pages then.",
    example: "page-size: 64KiB",
    default: "4KiB",
    choices: {
      "4KiB": "As on x86-64: a page is a unit of the balloon.",
      "64KiB": "As arm64 may have it: a page is 16 units of the balloon.",
    },
  },
  cpus: {
    value: "integer",
    doc: "Virtual processors, 1 to 64. Each has a clock of its own and per-CPU page lists.",
    example: "cpus: 2",
    default: "1",
  },
  kernel: {
    value: "kernel",
    doc: "Linux release whose memory management the guest follows. It also chooses the generation of the balloon driver, unless `driver` says otherwise.",
    example: "kernel: v5.7",
    default: "v5.7",
  },
  driver: {
    value: "driver",
    doc: "Generation of the balloon driver, whatever the kernel: so both sides of a change can be compared on one kernel.",
    example: "driver: v4.19",
  },
  "oom-pages": {
    value: "integer",
    doc: "`virtio_balloon.oom_pages`, a module parameter of the v4.14 driver: pages that its OOM notifier gives back each time, at most 256; 0 for none.",
    example: "oom-pages: 256",
    default: "256",
  },
  "page-poison": {
    value: "choice",
    doc: "`page_poison=1` on the kernel's command line: freed pages are filled with 0xaa. Only then does the driver keep the feature `page-poison`.",
    example: "page-poison: on",
    default: "off",
    choices: { on: "Freed pages are filled with a pattern.", off: "They stay as they are." },
  },
  thp: {
    value: "choice",
    doc: "Transparent huge pages. Even unused they raise the watermarks: with `always`, khugepaged raises `min_free_kbytes`.",
    example: "thp: always",
    default: "always",
    choices: {
      always: "khugepaged runs and raises `min_free_kbytes`, as most distributions have it.",
      never: "No khugepaged: the watermarks stay as the kernel computed them at boot.",
    },
  },
  "min-free-kbytes": {
    value: "integer",
    doc: "`vm.min_free_kbytes` in KiB, set after boot: the watermarks follow from it. Without it, what the kernel chooses.",
    example: "min-free-kbytes: 1056",
  },
  "watermark-scale-factor": {
    value: "integer",
    doc: "`vm.watermark_scale_factor`: how far the low and high watermarks are above min, in ten-thousandths of a zone.",
    example: "watermark-scale-factor: 10",
    default: "10",
  },
  swap: {
    value: "size",
    doc: "Size of the swap device, a part of the guest's disk. Without it anonymous memory stays where it is.",
    example: "swap: 512MiB",
  },
  swappiness: {
    value: "integer",
    doc: "`vm.swappiness`, 0 to 100, since v5.8 to 200: how much reclaim takes of anonymous memory, compared with files. At 100 it treats both alike. It means something only with `swap`.",
    example: "swappiness: 60",
    default: "60",
  },
  "disk-limit": {
    value: "text",
    doc: "The guest's disk reads at most this much a second, however fast it is otherwise.",
    example: "disk-limit: 20MiB/s",
  },
  files: {
    value: "map",
    doc: "Files on the guest's disk with their sizes, for `run: cat FILE`. A started page takes a whole one.",
    example: "files: { big: 672MiB }",
    others: {
      value: "file-size",
      doc: "A file on the guest's disk and its size, up to 256 GiB.",
      example: "big: 672MiB",
    },
  },
};
