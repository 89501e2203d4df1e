/** include/linux/gfp.h, v5.7: what an allocation may do. */

export type gfp_t = number;

export const __GFP_DMA = 0x01;
export const __GFP_HIGHMEM = 0x02;
export const __GFP_DMA32 = 0x04;
export const __GFP_MOVABLE = 0x08;
export const __GFP_RECLAIMABLE = 0x10;
export const __GFP_HIGH = 0x20;
export const __GFP_IO = 0x40;
export const __GFP_FS = 0x80;
export const __GFP_ZERO = 0x100;
export const __GFP_DIRECT_RECLAIM = 0x400;
export const __GFP_KSWAPD_RECLAIM = 0x800;
export const __GFP_NOWARN = 0x2000;
export const __GFP_RETRY_MAYFAIL = 0x4000;
export const __GFP_NORETRY = 0x10000;
export const __GFP_COMP = 0x40000;
export const __GFP_NOMEMALLOC = 0x80000;
export const __GFP_HARDWALL = 0x100000;

export const __GFP_RECLAIM = __GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM;
export const GFP_KERNEL = __GFP_RECLAIM | __GFP_IO | __GFP_FS;
export const GFP_USER = GFP_KERNEL | __GFP_HARDWALL;
export const GFP_HIGHUSER = GFP_USER | __GFP_HIGHMEM;
export const GFP_HIGHUSER_MOVABLE = GFP_HIGHUSER | __GFP_MOVABLE;

/** Index of the highest zone that the flags allow; see `mmzone.ts` for the indices. */
export function gfp_zone(flags: gfp_t): number {
  if ((flags & __GFP_HIGHMEM) !== 0) {
    return (flags & __GFP_MOVABLE) !== 0 ? 3 : 2;
  }
  if ((flags & __GFP_DMA32) !== 0) {
    return 1;
  }
  return (flags & __GFP_DMA) !== 0 ? 0 : 2;
}

/** What kind of pageblock it is for, as `pageblock.ts` counts them: the two flags, three bits down. */
export function gfp_migratetype(gfp_flags: gfp_t): number {
  return (gfp_flags & (__GFP_MOVABLE | __GFP_RECLAIMABLE)) >> 3;
}

/** `GFP_HIGHUSER_MOVABLE|__GFP_ZERO`, as the kernel's log shows a mask. */
export function gfpNames(flags: gfp_t): string {
  if ((flags & GFP_HIGHUSER_MOVABLE) === GFP_HIGHUSER_MOVABLE) {
    return "GFP_HIGHUSER_MOVABLE" + modifierNames(flags);
  }
  if ((flags & GFP_KERNEL) === GFP_KERNEL) {
    return "GFP_KERNEL" + modifierNames(flags);
  }
  return "0x" + flags.toString(16);
}

function modifierNames(flags: gfp_t): string {
  let names = "";
  if ((flags & __GFP_NOWARN) !== 0) {
    names += "|__GFP_NOWARN";
  }
  if ((flags & __GFP_NORETRY) !== 0) {
    names += "|__GFP_NORETRY";
  }
  if ((flags & __GFP_COMP) !== 0) {
    names += "|__GFP_COMP";
  }
  if ((flags & __GFP_ZERO) !== 0) {
    names += "|__GFP_ZERO";
  }
  if ((flags & __GFP_NOMEMALLOC) !== 0) {
    names += "|__GFP_NOMEMALLOC";
  }
  return names;
}
