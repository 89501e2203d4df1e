/** Reads the section `device`: the balloon that the host plugs into the guest. */
import { didYouMean } from "../base/did-you-mean.ts";
import type { Transport } from "../model/config.ts";
import { valueErrors } from "./errors.ts";
import type { Report } from "./report.ts";
import { checkShape, DEVICE } from "./shape.ts";
import type { TreeValue } from "./yaml-tree.ts";

export interface Device {
  /** Feature bits of the balloon that are offered. */
  readonly features: number;
  readonly transport: Transport;
  readonly packed: boolean;
  /** Feature bits of the ring that are offered, but for the packed ring's. */
  readonly ringFeatures: number;
}

export const TRANSPORTS: readonly Transport[] = ["pci-modern", "pci-legacy", "mmio-v1", "mmio-v2"];
export const RINGS = ["split", "packed"] as const;
const SWITCH = ["on", "off"] as const;

/** Feature bits of virtio 1.3 section 5.5.3 under their names in lower case. */
export const FEATURES: ReadonlyMap<string, { readonly bit: number }> = new Map([
  ["must-tell-host", { bit: 0 }],
  ["stats-vq", { bit: 1 }],
  ["deflate-on-oom", { bit: 2 }],
  ["free-page-hint", { bit: 3 }],
  ["page-poison", { bit: 4 }],
  ["page-reporting", { bit: 5 }],
  ["free-page-reporting", { bit: 5 }],
]);

export const STATS_VQ = 1 << 1;
const INDIRECT_DESC = 1 << 28;
const EVENT_IDX = 1 << 29;

/** QEMU's defaults: it always offers the statistics queue, and both features of the ring. */
const DEFAULTS: Device = {
  features: STATS_VQ,
  transport: "pci-modern",
  packed: false,
  ringFeatures: INDIRECT_DESC | EVENT_IDX,
};

export function readDevice(section: TreeValue | undefined, report: Report): Device {
  if (section === undefined) return DEFAULTS;
  const shape = checkShape(DEVICE, section, ["device"], report);
  if (shape === null) return DEFAULTS;
  const transport = choice("transport", shape.transport, TRANSPORTS, report) ?? "pci-modern";
  const packed = choice("ring", shape.ring, RINGS, report) === "packed";
  if (packed && (transport === "pci-legacy" || transport === "mmio-v1")) {
    report.value(["device", "ring"], valueErrors.packedLegacy(transport));
  }
  const indirect = choice("indirect-desc", shape["indirect-desc"], SWITCH, report) !== "off";
  const eventIdx = choice("event-idx", shape["event-idx"], SWITCH, report) !== "off";
  return {
    features:
      shape.features === undefined ? DEFAULTS.features : readFeatures(shape.features, report),
    transport,
    packed,
    ringFeatures: (indirect ? INDIRECT_DESC : 0) | (eventIdx ? EVENT_IDX : 0),
  };
}

function readFeatures(names: readonly string[], report: Report): number {
  let mask = 0;
  for (const [index, name] of names.entries()) {
    const at = ["device", "features", index];
    const feature = FEATURES.get(name);
    if (feature === undefined) {
      report.value(
        at,
        valueErrors.choice(
          "features",
          name,
          [...FEATURES.keys()],
          didYouMean(name, FEATURES.keys()),
        ),
      );
    } else if ((mask & (1 << feature.bit)) !== 0) {
      report.value(at, valueErrors.duplicateFeature(name));
    } else {
      mask |= 1 << feature.bit;
    }
  }
  return mask;
}

/** Undefined when nothing, or nothing that is known, is chosen. */
function choice<T extends string>(
  key: string,
  text: string | undefined,
  known: readonly T[],
  report: Report,
): T | undefined {
  const found = known.find((each) => each === text);
  if (text !== undefined && found === undefined) {
    report.value(["device", key], valueErrors.choice(key, text, known, didYouMean(text, known)));
  }
  return found;
}
