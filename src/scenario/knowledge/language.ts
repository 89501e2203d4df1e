/**
 * What each key of a scenario means: one tree for hover, completion and the published JSON schema.
 * The shape itself (`../shape.ts`) decides what is allowed; a test holds the two together.
 */
import { DEVICE_KEYS, HOST_KEYS } from "./device-keys.ts";
import { CONFIG_KEYS } from "./config-keys.ts";
import { GUEST_KEYS } from "./guest-keys.ts";
import type { KeyInfo } from "./key-info.ts";
import { COST_KEYS, PRESETS } from "./cost-keys.ts";
import { STEP_KEYS } from "./step-keys.ts";
import { AXES } from "../shape.ts";

const EXPRESSION =
  "An expression as in C over counters of `/proc/vmstat`, `balloon.target`, `balloon.actual`, " +
  "`balloon.reached`, `MemTotal`, `oom_notifications` and `time`.";

const COSTS: KeyInfo = {
  value: "costs",
  doc:
    "What things cost in virtual time: a preset, or a preset with single costs changed: " +
    "`{ preset: hardware, disk_page: 2us }`.",
  example: "costs: hardware",
  default: "hardware",
  choices: PRESETS,
  keys: COST_KEYS,
};

const SEED: KeyInfo = {
  value: "integer",
  doc:
    "Seed of everything that is left to chance, 0 to 4294967295. The same scenario, kernel and " +
    "seed give the same run to the last bit.",
  example: "seed: 1",
  default: "1",
};

/** The file itself: a map of sections. */
export const LANGUAGE: KeyInfo = {
  value: "map",
  doc: "A scenario: a guest, its balloon device, what happens in which order, and what should come out.",
  example: "guest: { memory: 1GiB }",
  keys: {
    name: {
      value: "text",
      doc: "Title of the run. Without it the scenario is called after its file.",
      example: "name: Page cache pressure",
    },
    about: {
      value: "text",
      doc: "A sentence or two for the reader: what this scenario shows.",
      example: "about: A file is read in a loop while the balloon grows.",
    },
    guest: {
      value: "map",
      doc: "The virtual machine: its memory, processors, kernel and files.",
      example: "guest: { memory: 1GiB }",
      keys: GUEST_KEYS,
    },
    device: {
      value: "map",
      doc: "The virtio-balloon device as the host offers it.",
      example: "device: { features: [deflate-on-oom, stats-vq] }",
      keys: DEVICE_KEYS,
    },
    host: {
      value: "map",
      doc: "The machine that the guest runs on, as far as the balloon notices it.",
      example: "host: { page-size: 4KiB }",
      keys: HOST_KEYS,
    },
    config: {
      value: "map",
      doc: "What was decided when the guest's kernel was built, under the names of its `.config`.",
      example: "config: { BALLOON_COMPACTION: n }",
      keys: CONFIG_KEYS,
    },
    costs: COSTS,
    seed: SEED,
    matrix: {
      value: "map",
      doc:
        "Several runs in one file: lists of values by key, for the guest's keys, `costs` and `seed`. " +
        "Every combination is a run; its values take the place of those above.",
      example: "matrix: { kernel: [v4.19, v5.7] }",
      keys: Object.fromEntries(AXES.map((axis) => [axis, axisInfo(axis)])),
    },
    timeline: {
      value: "list",
      doc: "What happens, in order. Each step starts when the one before has ended; `run` ends at once and its task goes on.",
      example: "timeline:\n  - balloon: 512MiB",
      items: {
        value: "map",
        doc: "One step of the timeline.",
        example: "- balloon: 512MiB",
        keys: STEP_KEYS,
      },
    },
    expect: {
      value: "list",
      doc: "What must hold when the run has ended. Each line is an expression, tested once at the end.",
      example: "expect:\n  - balloon_deflate == 0",
      items: { value: "expression", doc: EXPRESSION, example: "- balloon_deflate == 0" },
    },
  },
};

/** What is known about the value at `path`, or null: an unknown key, or none at all. */
export function infoAt(path: readonly (string | number)[]): KeyInfo | null {
  let info: KeyInfo | undefined = LANGUAGE;
  for (const key of path) {
    if (typeof key === "number") info = info.items;
    else if (info.keys !== undefined && Object.hasOwn(info.keys, key)) info = info.keys[key];
    else info = info.others;
    if (info === undefined) return null;
  }
  return info;
}

/** Written as in its own section, but as a list. */
function axisInfo(axis: string): KeyInfo {
  const single = GUEST_KEYS[axis] ?? (axis === "costs" ? COSTS : SEED);
  return {
    value: "list",
    doc: `Values for a run each. ${single.doc}`,
    example: `${axis}: [${single.example.slice(axis.length + 1).trim()}]`,
    items: single,
  };
}
