/** What can be changed from outside while the guest runs: files below /proc/sys, and the host's monitor. */
import { mostSwappiness } from "../scenario/guest.ts";
import { SYSCTLS } from "../scenario/sysctl.ts";
import type { Scenario } from "../scenario/types.ts";
import type { Change } from "./changes.ts";
import type { KernelState } from "./inspect/state.ts";
import type { ModelView } from "./inspect/model-view.ts";
import type { KnobView } from "./types.ts";

interface Knob {
  readonly name: string;
  readonly description: string;
  /** What it counts, for messages. */
  readonly unit?: string;
  readonly range: (scenario: Scenario) => { readonly least: number; readonly most: number };
  readonly value: (state: KernelState, model: ModelView) => number;
}

/** Functions of the model, called as interrupts: by the host's monitor, and to start a shell. */
const TO_TARGET = "qmp_balloon";
const SYSCTL = "sysctlByUser";
export const TARGET = "balloon.target";

const knobs: readonly Knob[] = [
  {
    name: TARGET,
    description:
      "Pages of 4 KiB that the host asks the balloon to hold; may be set to a size, 512 MiB.",
    unit: " pages of 4 KiB",
    range: (scenario) => ({ least: 0, most: balloonPages(scenario) }),
    value: (_, model) => model.balloonTarget(),
  },
  {
    name: "vm.compact_memory",
    description: "1 compacts all of memory. Nothing is kept of it.",
    range: ({ config }) =>
      config.CONFIG_COMPACTION ? range("vm.compact_memory") : { least: 1, most: 0 },
    value: () => 0,
  },
  {
    name: "vm.drop_caches",
    description: "1 drops clean pages of files, 2 shrinks caches of objects, 3 does both.",
    range: () => range("vm.drop_caches"),
    value: (state) => state.value<number>("sysctl_drop_caches"),
  },
  {
    name: "vm.min_free_kbytes",
    description: "What the watermarks of all zones are made from, in KiB.",
    unit: " KiB",
    // A quarter of memory: with more, next to nothing of it could be used.
    range: (scenario) => ({ least: 1, most: balloonPages(scenario) }),
    value: (state) => state.value<number>("min_free_kbytes"),
  },
  {
    name: "vm.swappiness",
    description: "How much reclaim takes of anonymous memory, when there is swap.",
    range: ({ kernel }) => ({ least: 0, most: mostSwappiness(kernel) }),
    value: (state) => state.value<number>("vm_swappiness"),
  },
  {
    name: "vm.watermark_scale_factor",
    description: "Distance between the watermarks of a zone, in ten-thousandths of it.",
    range: () => range("vm.watermark_scale_factor"),
    value: (state) => state.value<number>("watermark_scale_factor"),
  },
];

export function knobViews(state: KernelState, model: ModelView): readonly KnobView[] {
  return knobs.map(({ name, description, value }) => ({
    name,
    description,
    value: String(value(state, model)),
  }));
}

/** What turning a knob comes to; or why it cannot be turned so. */
export function knobChange(
  state: KernelState,
  scenario: Scenario,
  name: string,
  value: unknown,
): Extract<Change, { kind: "call" }> | string {
  const knob = knobs.find((each) => each.name === name);
  if (knob === undefined) {
    return `There is no knob ${name}, but ${knobs.map((each) => each.name).join(", ")}.`;
  }
  if (name === TARGET && state.value("balloon") === null) {
    return "There is no balloon yet: the guest has yet to boot.";
  }
  const { unit = "" } = knob;
  const { least, most } = knob.range(scenario);
  if (most < least) return `${name} is not there: this kernel is built without COMPACTION.`;
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    return `${name} takes a whole number from ${least} to ${most}${unit}.`;
  }
  if (number < least || number > most) {
    return `${name} takes ${least} to ${most}${unit}, not ${number}.`;
  }
  const handler = name === TARGET ? TO_TARGET : SYSCTL;
  const fn = state.debug.functions.find((each) => each.name === handler);
  if (fn === undefined) return `The model has no ${handler}.`;
  const argument = name === TARGET ? { value: number } : { file: name, value: number };
  return { kind: "call", fn: fn.id, argument };
}

export function isKnob(name: string): boolean {
  return knobs.some((each) => each.name === name);
}

/** RAM of the guest in pages of 4 KiB, whatever size its own have. */
function balloonPages({ config }: Scenario): number {
  return config.nr_pages * 2 ** (config.page_shift - 12);
}

function range(name: string): { readonly least: number; readonly most: number } {
  return SYSCTLS[name]!;
}
