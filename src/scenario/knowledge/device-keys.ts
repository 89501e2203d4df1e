import { FEATURE_DOCS } from "./features.ts";
import type { KeyInfo } from "./key-info.ts";

export const DEVICE_KEYS: Readonly<Record<string, KeyInfo>> = {
  features: {
    value: "list",
    doc: "Feature bits that the device offers; the driver takes those it knows (virtio 1.3, section 5.5.3).",
    example: "features: [deflate-on-oom, stats-vq]",
    default: "[stats-vq]",
    items: {
      value: "feature",
      doc: "A feature bit of the balloon device.",
      example: "deflate-on-oom",
      choices: Object.fromEntries(
        Object.entries(FEATURE_DOCS).map(([name, { meaning }]) => [name, meaning]),
      ),
    },
  },
  transport: {
    value: "choice",
    doc: "How the device is attached: which registers the driver finds, and how it kicks and is interrupted. The legacy ones have 32 feature bits and access the configuration byte by byte.",
    example: "transport: pci-modern",
    default: "pci-modern",
    choices: {
      "pci-modern": "virtio 1.0 on PCI (virtio 1.3, section 4.1).",
      "pci-legacy": "Before virtio 1.0: registers in I/O space, one address a queue.",
      "mmio-v1": "A window of memory, legacy version: QEMU's default for virtio-mmio.",
      "mmio-v2": "A window of memory, virtio 1.0 (section 4.2).",
    },
  },
  ring: {
    value: "choice",
    doc: "Layout of the virtqueues. A packed ring needs a transport that is not legacy.",
    example: "ring: packed",
    default: "split",
    choices: {
      split: "Descriptors, available ring and used ring (section 2.7).",
      packed: "One ring that both sides write to (section 2.8).",
    },
  },
  "event-idx": {
    value: "choice",
    doc: "Whether `VIRTIO_RING_F_EVENT_IDX` is offered: each side says from which index on it wants to be told.",
    example: "event-idx: off",
    default: "on",
    choices: {
      on: "Offered, as by QEMU.",
      off: "Not offered: notifications can only be on or off.",
    },
  },
  "indirect-desc": {
    value: "choice",
    doc: "Whether `VIRTIO_RING_F_INDIRECT_DESC` is offered: a buffer of many pieces takes one descriptor.",
    example: "indirect-desc: off",
    default: "on",
    choices: {
      on: "Offered, as by QEMU.",
      off: "Not offered: such a buffer is a chain in the ring.",
    },
  },
};

export const STEAL_CHOICES: Readonly<Record<string, string>> = {
  "0%": "The vCPUs have the host's processors to themselves.",
  "25%": "A busy host.",
  "50%": "Twice as many busy vCPUs as processors.",
  "80%": "As the recorded guests of `docs/fidelity.md` had it at times.",
};

export const HOST_KEYS: Readonly<Record<string, KeyInfo>> = {
  "page-size": {
    value: "choice",
    doc: "Size of the host's own pages. It can only free whole ones.",
    example: "page-size: 4KiB",
    default: "4KiB",
    choices: {
      "4KiB": "Each balloon page is one page of the host, and is freed at once.",
      "64KiB": "Sixteen balloon pages in a row make one page of the host.",
      "2MiB": "Huge pages: a balloon of 4 KiB pages frees nothing, as in QEMU since 5.2.",
    },
  },
  "stats-interval": {
    value: "duration",
    doc: "How often the host asks the guest for memory statistics, in whole seconds; needs the feature `stats-vq`. Without it, never.",
    example: "stats-interval: 10s",
  },
  steal: {
    value: "share",
    doc: "Share of its time that each vCPU loses to others on the host, when it has something to do: a noisy neighbour. A stolen vCPU stands still while time goes on, and only then come its interrupts. The guest shows it as `st` in `top`; here it is `host.steal`. The step `steal` changes it. 0% to 95%.",
    example: "steal: 60%",
    default: "0%",
    choices: STEAL_CHOICES,
  },
  "steal-slice": {
    value: "duration",
    doc: "How long the host lets a vCPU run before it decides again who is next; by lot, drawn from the scenario's seed. A stolen vCPU waits for 1 / (1 - steal) slices on the average. 1ms to 1s.",
    example: "steal-slice: 4ms",
    default: "4ms",
  },
};
