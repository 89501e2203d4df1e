/** Numbers whose bits have names, as crash and drgn print them: `0xdc0 (GFP_KERNEL|__GFP_ZERO)`. */
import type { KernelState } from "./state.ts";

/** By declared type: how the names of its bits are found among the model's constants. */
const MASKS: Readonly<Record<string, { readonly pattern: RegExp; readonly numbered?: true }>> = {
  gfp_t: { pattern: /^(__GFP|GFP)_/ },
  AllocFlags: { pattern: /^ALLOC_(NO_WATERMARKS|OOM)$/ },
  TaskFlags: { pattern: /^PF_/ },
  VirtioStatus: { pattern: /^VIRTIO_CONFIG_S_/ },
  // These constants are the numbers of the bits.
  VirtioFeatures: { pattern: /^VIRTIO_(BALLOON_|RING_)?F_/, numbered: true },
};

/** The two lowest bits of `AllocFlags` are the number of a watermark. */
const WATERMARKS = ["ALLOC_WMARK_MIN", "ALLOC_WMARK_LOW", "ALLOC_WMARK_HIGH"] as const;

/** Null: values of this type are no masks. */
export function formatMask(value: number, type: string | null, state: KernelState): string | null {
  const names = maskNames(value, type, state);
  if (names === null) return null;
  const hex = `0x${value.toString(16)}`;
  return names.length === 0 ? hex : `${hex} (${names.join("|")})`;
}

/** Names that stand for several bits come first, and leave only what they do not say. */
export function maskNames(
  value: number,
  type: string | null,
  state: KernelState,
): readonly string[] | null {
  const mask = type !== null && Object.hasOwn(MASKS, type) ? MASKS[type]! : null;
  if (mask === null || value < 0) return null;
  const names: string[] = [];
  let rest = BigInt(value);
  if (type === "AllocFlags") {
    const watermark = WATERMARKS[Number(rest & 3n)];
    if (watermark !== undefined) names.push(watermark);
  }
  for (const [name, bits] of bitsOf(mask, state)) {
    if ((rest & bits) !== bits) continue;
    names.push(name);
    rest &= ~bits;
  }
  return names;
}

function bitsOf(
  { pattern, numbered }: (typeof MASKS)[string],
  state: KernelState,
): readonly (readonly [string, bigint])[] {
  return state.debug.globals
    .filter(({ name, kind }) => kind === "const" && pattern.test(name))
    .map(({ name }) => {
      const value = state.value<number>(name);
      return [name, numbered === true ? 1n << BigInt(value) : BigInt(value)] as const;
    })
    .filter(([, bits]) => bits !== 0n)
    .toSorted(([, a], [, b]) => countBits(b) - countBits(a) || Number(a - b));
}

function countBits(bits: bigint): number {
  return bits.toString(2).replaceAll("0", "").length;
}
