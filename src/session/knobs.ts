/** What can be changed from outside while the guest runs: files below /proc/sys, and the host's monitor. */
import type { KernelState } from "./inspect/state.ts";
import type { ModelView } from "./inspect/model-view.ts";
import type { KnobView } from "./types.ts";

interface Knob {
  readonly name: string;
  readonly description: string;
  readonly least: number;
  readonly most: (guestPages: number) => number;
  /** Function of the model that is called with the new value, as an interrupt. */
  readonly handler: string;
  readonly value: (state: KernelState, model: ModelView) => number;
}

const knobs: readonly Knob[] = [
  {
    name: "balloon.target",
    description: "Pages of 4 KiB that the host asks the balloon to hold.",
    least: 0,
    most: (guestPages) => guestPages,
    handler: "qmp_balloon",
    value: (_, model) => model.balloonTarget(),
  },
  {
    name: "vm.min_free_kbytes",
    description: "What the watermarks of all zones are made from, in KiB.",
    least: 1,
    most: (guestPages) => guestPages,
    handler: "min_free_kbytes_sysctl_handler",
    value: (state) => state.value<number>("min_free_kbytes"),
  },
  {
    name: "vm.watermark_scale_factor",
    description: "Distance between the watermarks of a zone, in ten-thousandths of it.",
    least: 1,
    most: () => 1000,
    handler: "watermark_scale_factor_sysctl_handler",
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

export interface KnobCall {
  /** Id of the function to call. */
  readonly fn: number;
  readonly value: number;
}

/** What turning a knob comes to; or why it cannot be turned so. */
export function knobCall(
  state: KernelState,
  name: string,
  value: unknown,
  guestPages: number,
): KnobCall | string {
  const knob = knobs.find((each) => each.name === name);
  if (knob === undefined) {
    return `There is no knob ${name}, but ${knobs.map((each) => each.name).join(", ")}.`;
  }
  const most = knob.most(guestPages);
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    return `${name} takes a whole number from ${knob.least} to ${most}.`;
  }
  if (number < knob.least || number > most) {
    return `${name} takes ${knob.least} to ${most}, not ${number}.`;
  }
  const fn = state.debug.functions.find((each) => each.name === knob.handler);
  return fn === undefined ? `The model has no ${knob.handler}.` : { fn: fn.id, value: number };
}

export function isKnob(name: string): boolean {
  return knobs.some((each) => each.name === name);
}
