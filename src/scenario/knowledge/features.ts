/** Feature bits of the balloon device, virtio 1.3 section 5.5.3, as users of the driver meet them. */
export interface FeatureDoc {
  readonly bit: number;
  /** The driver's own name for it. */
  readonly constant: string;
  readonly meaning: string;
  /** Which generations of the driver know it. */
  readonly drivers: string;
}

const TELL_HOST: FeatureDoc = {
  bit: 0,
  constant: "VIRTIO_BALLOON_F_MUST_TELL_HOST",
  meaning:
    "The host must be told before a balloon page is used again. Linux does that anyway: it always tells the host and waits before it frees.",
  drivers: "all generations accept it, and none behaves differently",
};

const REPORTING: FeatureDoc = {
  bit: 5,
  constant: "VIRTIO_BALLOON_F_REPORTING",
  meaning:
    "The guest reports free blocks of memory, which the host may discard until the guest touches them again. No target is involved.",
  drivers: "v5.7 and later",
};

export const FEATURE_DOCS: Readonly<Record<string, FeatureDoc>> = {
  "must-tell-host": TELL_HOST,
  "stats-vq": {
    bit: 1,
    constant: "VIRTIO_BALLOON_F_STATS_VQ",
    meaning:
      "A third queue, over which the guest sends memory statistics whenever the host returns the buffer of the last ones. QEMU always offers it.",
    drivers: "all generations; the number of statistics grew",
  },
  "deflate-on-oom": {
    bit: 2,
    constant: "VIRTIO_BALLOON_F_DEFLATE_ON_OOM",
    meaning:
      "The guest may take pages back from the balloon when it is short of memory, without being asked. MemTotal then stays constant while the balloon grows.",
    drivers:
      "all generations, each in its way: an OOM notifier up to v4.18 and from v5.7 on, a shrinker in between",
  },
  "free-page-hint": {
    bit: 3,
    constant: "VIRTIO_BALLOON_F_FREE_PAGE_HINT",
    meaning:
      "During a migration the guest names free blocks, which the host then need not copy. Hints of an older command id are void.",
    drivers: "v5.0 and later",
  },
  "page-poison": {
    bit: 4,
    constant: "VIRTIO_BALLOON_F_PAGE_POISON",
    meaning:
      "The guest tells the host the pattern that it fills freed pages with, so that a page that was discarded can be given back as it was.",
    drivers:
      "v5.0 and later; dropped again unless the guest really poisons or initialises freed pages",
  },
  "page-reporting": REPORTING,
  "free-page-reporting": REPORTING,
};
