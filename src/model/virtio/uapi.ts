/**
 * include/uapi/linux/virtio_config.h, virtio_ring.h and virtio_balloon.h, v5.7: what guest and
 * device agree on. Byte offsets and bit numbers are those of the virtio specification; registers of
 * the transports are in `registers.ts`.
 */

/** Status bits of a device; 0 is reset. */
export type VirtioStatus = number;
export const VIRTIO_CONFIG_S_ACKNOWLEDGE = 1;
export const VIRTIO_CONFIG_S_DRIVER = 2;
export const VIRTIO_CONFIG_S_DRIVER_OK = 4;
export const VIRTIO_CONFIG_S_FEATURES_OK = 8;
export const VIRTIO_CONFIG_S_FAILED = 0x80;

/** Feature bits, as a sum of powers of two: bit 32 is common and 64 bits do not fit. */
export type VirtioFeatures = number;
/** Those of every device, by number. */
export const VIRTIO_RING_F_INDIRECT_DESC = 28;
export const VIRTIO_RING_F_EVENT_IDX = 29;
export const VIRTIO_F_VERSION_1 = 32;
export const VIRTIO_F_ACCESS_PLATFORM = 33;
export const VIRTIO_F_RING_PACKED = 34;
/** Offered by QEMU to old drivers; Linux takes neither. */
export const VIRTIO_F_NOTIFY_ON_EMPTY = 24;
export const VIRTIO_F_ANY_LAYOUT = 27;

/** Descriptor, available ring and used ring of a split virtqueue (virtio 2.7). */
export const VRING_DESC_F_NEXT = 1;
export const VRING_DESC_F_WRITE = 2;
export const VRING_DESC_F_INDIRECT = 4;
export const VRING_AVAIL_F_NO_INTERRUPT = 1;
export const VRING_USED_F_NO_NOTIFY = 1;

/** A packed virtqueue (virtio 2.8): bits of a descriptor's flags, and flags of an event structure. */
export const VRING_PACKED_DESC_F_AVAIL = 0x80;
export const VRING_PACKED_DESC_F_USED = 0x8000;
export const VRING_PACKED_EVENT_FLAG_ENABLE = 0;
export const VRING_PACKED_EVENT_FLAG_DISABLE = 1;
export const VRING_PACKED_EVENT_FLAG_DESC = 2;
/** Wrap counter beside an offset of 15 bits. */
export const VRING_PACKED_EVENT_F_WRAP_CTR = 0x8000;

export const VIRTIO_ID_BALLOON = 5;
export const VIRTIO_ID_INPUT = 18;

/** Configuration of an input device, by byte: what to show, how long it is, and itself. */
export const VIRTIO_INPUT_CONFIG_SELECT = 0;
export const VIRTIO_INPUT_CONFIG_SUBSEL = 1;
export const VIRTIO_INPUT_CONFIG_SIZE = 2;
export const VIRTIO_INPUT_CONFIG_U = 8;
export const VIRTIO_INPUT_CFG_ID_NAME = 1;
export const VIRTIO_INPUT_CFG_EV_BITS = 0x11;

/** The balloon's feature bits. */
export const VIRTIO_BALLOON_F_MUST_TELL_HOST = 0;
export const VIRTIO_BALLOON_F_STATS_VQ = 1;
export const VIRTIO_BALLOON_F_DEFLATE_ON_OOM = 2;
export const VIRTIO_BALLOON_F_FREE_PAGE_HINT = 3;
export const VIRTIO_BALLOON_F_PAGE_POISON = 4;
export const VIRTIO_BALLOON_F_REPORTING = 5;

/** The balloon's configuration: 32 bits, little endian. The first two fields count 4 KiB units. */
export const VIRTIO_BALLOON_CFG_NUM_PAGES = 0;
export const VIRTIO_BALLOON_CFG_ACTUAL = 4;
export const VIRTIO_BALLOON_CFG_FREE_PAGE_HINT_CMD_ID = 8;
export const VIRTIO_BALLOON_CFG_POISON_VAL = 12;
/** Commands for free page hints; any other value begins a round of hints. */
export const VIRTIO_BALLOON_CMD_ID_STOP = 0;
export const VIRTIO_BALLOON_CMD_ID_DONE = 1;
export const VIRTIO_BALLOON_PFN_SHIFT = 12;

/** Tags of statistics: 10 bytes each, a tag of 16 bits and a value of 64. */
export const VIRTIO_BALLOON_S_SWAP_IN = 0;
export const VIRTIO_BALLOON_S_SWAP_OUT = 1;
export const VIRTIO_BALLOON_S_MAJFLT = 2;
export const VIRTIO_BALLOON_S_MINFLT = 3;
export const VIRTIO_BALLOON_S_MEMFREE = 4;
export const VIRTIO_BALLOON_S_MEMTOT = 5;
export const VIRTIO_BALLOON_S_AVAIL = 6;
export const VIRTIO_BALLOON_S_CACHES = 7;
export const VIRTIO_BALLOON_S_HTLB_PGALLOC = 8;
export const VIRTIO_BALLOON_S_HTLB_PGFAIL = 9;
export const VIRTIO_BALLOON_S_OOM_KILL = 10;
export const VIRTIO_BALLOON_S_ALLOC_STALL = 11;
export const VIRTIO_BALLOON_S_ASYNC_SCAN = 12;
export const VIRTIO_BALLOON_S_DIRECT_SCAN = 13;
export const VIRTIO_BALLOON_S_ASYNC_RECLAIM = 14;
export const VIRTIO_BALLOON_S_DIRECT_RECLAIM = 15;
export const VIRTIO_BALLOON_S_NR = 16;
