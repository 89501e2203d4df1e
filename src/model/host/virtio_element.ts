/** How a device reads the descriptors of a buffer, in whichever kind of ring they lie. */
import { BUG } from "../../machine/primitives.ts";
import type { VirtQueue, VirtQueueElement } from "./virtio.ts";

export function resetElement(elem: VirtQueueElement): void {
  elem.ndescs = 0;
  elem.out_num = 0;
  elem.in_num = 0;
}

/** Adds one element. False, and the end of the run, when the rules are broken. */
export function addElement(
  vq: VirtQueue,
  elem: VirtQueueElement,
  addr: number,
  len: number,
  write: boolean,
): boolean {
  const count = elem.out_num + elem.in_num;
  if (count === elem.addr.length || (!write && elem.in_num > 0)) {
    return unreadable(vq);
  }
  elem.addr[count] = addr;
  elem.len[count] = len;
  if (write) {
    elem.in_num++;
  } else {
    elem.out_num++;
  }
  return true;
}

/** Always false, for the caller to return. */
export function unreadable(vq: VirtQueue): boolean {
  BUG(`${vq.vdev.name}: queue ${vq.queue_index} has a buffer that the device cannot read`);
  return false;
}
