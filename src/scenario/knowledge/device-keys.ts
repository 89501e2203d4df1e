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
};
