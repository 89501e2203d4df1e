/**
 * drivers/input/input.c, v5.7: events of keyboards, on
 * their way to whoever handles them. Differs: the only handler is SysRq's; what keys mean to a
 * terminal nobody cares. Sleeps: never.
 */
import { EV_KEY } from "./input_event_codes.ts";
import { sysrq_filter } from "./sysrq.ts";

/** A device that makes events: what it is called, and which keys are down. */
export interface input_dev {
  name: string;
  /** Bit for each kind of event that it may make. */
  evbit: number;
  /** By code: 1 while the key is down. */
  key: Uint8Array;
}

const KEY_CNT = 256;

/** Everything that has registered. */
export const input_dev_list: input_dev[] = [];

export function input_allocate_device(): input_dev {
  return { name: "", evbit: 0, key: new Uint8Array(KEY_CNT) };
}

export function input_register_device(dev: input_dev): number {
  input_dev_list.push(dev);
  return 0;
}

/** An event of `dev`, in interrupt context. One that tells nothing new is dropped. */
export function input_event(dev: input_dev, type: number, code: number, value: number): void {
  if ((dev.evbit & (1 << type)) === 0) {
    return;
  }
  if (type === EV_KEY) {
    if (code >= KEY_CNT || dev.key[code] === value) {
      return;
    }
    dev.key[code] = value;
  }
  input_pass_values(type, code, value);
}

function input_pass_values(type: number, code: number, value: number): void {
  sysrq_filter(type, code, value);
}
