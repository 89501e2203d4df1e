/** Reads the section `device`: the balloon that the host plugs into the guest. */
import { didYouMean } from "../base/did-you-mean.ts";
import type { Transport } from "../model/config.ts";
import { valueErrors } from "./errors.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import { checkShape, DEVICE } from "./shape.ts";
import type { Driver } from "./types.ts";
import type { TreeValue } from "./yaml-tree.ts";

export interface Device {
  /** Feature bits of the balloon that are offered. */
  readonly features: number;
  /** Those of them that the scenario names, and where it does. */
  readonly named: readonly NamedFeature[];
  readonly transport: Transport;
  readonly packed: boolean;
  /** Feature bits of the ring that are offered, but for the packed ring's. */
  readonly ringFeatures: number;
}

export interface NamedFeature {
  readonly name: string;
  readonly feature: Feature;
  readonly at: Path;
}

export interface Feature {
  readonly bit: number;
  /** The first driver that knows it: the kernel's release, and the generation here. Null: all do. */
  readonly since: { readonly release: string; readonly driver: Driver } | null;
}

export const TRANSPORTS: readonly Transport[] = ["pci-modern", "pci-legacy", "mmio-v1", "mmio-v2"];
export const RINGS = ["split", "packed"] as const;
const SWITCH = ["on", "off"] as const;

const REPORTING: Feature = { bit: 5, since: { release: "v5.7", driver: "v5.7" } };

/** Feature bits of virtio 1.3 section 5.5.3 under their names in lower case. */
export const FEATURES: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ["must-tell-host", { bit: 0, since: null }],
  ["stats-vq", { bit: 1, since: null }],
  ["deflate-on-oom", { bit: 2, since: null }],
  ["free-page-hint", { bit: 3, since: { release: "v5.0", driver: "v5.5" } }],
  ["page-poison", { bit: 4, since: { release: "v5.0", driver: "v5.5" } }],
  ["page-reporting", REPORTING],
  ["free-page-reporting", REPORTING],
]);

export const STATS_VQ = 1 << 1;
const INDIRECT_DESC = 1 << 28;
const EVENT_IDX = 1 << 29;

/** QEMU's defaults: it always offers the statistics queue, and both features of the ring. */
const DEFAULTS: Device = {
  features: STATS_VQ,
  named: [],
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
  const named = shape.features === undefined ? [] : readFeatures(shape.features, report);
  return {
    features:
      shape.features === undefined
        ? DEFAULTS.features
        : named.reduce((mask, { feature }) => mask | (1 << feature.bit), 0),
    named,
    transport,
    packed,
    ringFeatures: (indirect ? INDIRECT_DESC : 0) | (eventIdx ? EVENT_IDX : 0),
  };
}

function readFeatures(names: readonly string[], report: Report): NamedFeature[] {
  const named: NamedFeature[] = [];
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
    } else if (named.some((each) => each.feature.bit === feature.bit)) {
      report.value(at, valueErrors.duplicateFeature(name));
    } else {
      named.push({ name, feature, at });
    }
  }
  return named;
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
