/** What distinguishes the kernels and driver generations that a scenario can choose. */
import type { Driver, Kernel } from "../types.ts";

export const DRIVER_DOCS: Readonly<Record<Driver, string>> = {
  "v4.14":
    "OOM notifier: at each OOM it gives back `oom-pages`. Pages are allocated under `balloon_lock`, and the 200 ms after a failure are slept under it too.",
  "v4.19":
    "Shrinker: reclaim takes pages from the balloon as from any cache, so page cache and balloon take pages from each other.",
  "v5.5": "Shrinker, with the arithmetic of the scan put right.",
  "v5.7":
    "OOM notifier: only when the guest is about to kill does the balloon give back 256 pages (1 MiB). No lock is held while pages are allocated.",
  "v6.8":
    "OOM notifier as in v5.7; a target is rounded up to whole pages of the guest, which matters where these have 64 KiB.",
  "v6.19": "OOM notifier as in v6.8, with sixteen statistics.",
};

export const KERNEL_DOCS: Readonly<Record<Kernel, string>> = {
  "v4.14": "Linux 4.14. Its balloon driver has an OOM notifier with the parameter `oom_pages`.",
  "v4.19": 'Linux 4.19. Its balloon driver has a shrinker: the "before" of commit 5a6b4cc5b7.',
  "v5.5": "Linux 5.5. Its balloon driver has a shrinker with the arithmetic put right.",
  "v5.7": 'Linux 5.7. Its balloon driver has an OOM notifier: the "after" of commit 5a6b4cc5b7.',
  "v6.1":
    "Linux 6.1, the kernel of most recorded runs. Refaults of files and anonymous pages are counted apart.",
  "v6.8":
    "Linux 6.8, which here manages memory as v6.1 does; its driver rounds targets to whole pages.",
  "v6.19":
    "Linux 6.19, which here manages memory as v6.1 does; its driver sends sixteen statistics.",
};
