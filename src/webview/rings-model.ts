/** Names for the parts of `balloon/rings`, which the protocol has whole. */
import type { RingsBody } from "../dap/protocol.ts";

export type RingView = RingsBody["queues"][number];
export type Descriptor = RingView["descriptors"][number];
export type DescriptorState = Descriptor["state"];

export const DESCRIPTOR_STATES: readonly DescriptorState[] = [
  "available",
  "device",
  "used",
  "free",
];

export function countOf({ descriptors }: RingView, state: DescriptorState): number {
  return descriptors.filter((each) => each.state === state).length;
}
