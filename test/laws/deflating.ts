/**
 * Pages on their way out of the balloon: named in a message on the deflate queue that the host has
 * not used yet. Until it has, they are nobody's, whatever the driver believes.
 */
import type { Guest } from "../model/guest.ts";

interface DriverQueue {
  readonly packed_ring: boolean;
  readonly vring: { readonly num: number };
  readonly avail_idx_shadow: number;
  readonly next_avail_idx: number;
  readonly avail_wrap_counter: boolean;
}

interface DeviceQueue {
  readonly used_idx: number;
  readonly used_wrap_counter: boolean;
}

interface Balloon {
  readonly deflate_vq?: DriverQueue;
  readonly pfns: Uint32Array;
  readonly num_pfns: number;
}

const DEFLATE = 1;
const PG_BUDDY = 0x800;
const PG_HEAD = 0x8000;
const MAX_ORDER = 11;

export class Deflating {
  readonly #guest: Guest;
  /** How often a message was found waiting for the host. */
  found = 0;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** "", or which page was handed out too early. */
  look(): string {
    const vb = this.#balloon();
    if (vb?.deflate_vq === undefined || this.#unused(vb.deflate_vq) === 0) return "";
    this.found++;
    const shift = this.#guest.global<number>("page_size.ts", "BALLOON_SHIFT");
    const named = vb.pfns.subarray(0, vb.num_pfns).map((pfn) => pfn >> shift);
    const early = named.find((page) => this.#isUsedOrFree(page)) ?? this.#onPerCpuList(named);
    return early === undefined ? "" : `page ${early} is handed out before the host knows`;
  }

  #balloon(): Balloon | undefined {
    const devices = this.#guest.global<{ priv: Balloon | null }[]>(
      "virtio/virtio.ts",
      "virtio_devices",
    );
    return devices.find(({ priv }) => priv?.deflate_vq !== undefined)?.priv ?? undefined;
  }

  /** Messages that the driver has made available and the device has not used: each takes one descriptor. */
  #unused(vq: DriverQueue): number {
    const host = this.#guest.global<{ vdev: { vq: DeviceQueue[] } }>(
      "host/virtio_balloon.ts",
      "balloon",
    ).vdev.vq[DEFLATE]!;
    if (!vq.packed_ring) return (vq.avail_idx_shadow - host.used_idx) & 0xffff;
    const turned = vq.avail_wrap_counter === host.used_wrap_counter ? 0 : vq.vring.num;
    return vq.next_avail_idx - host.used_idx + turned;
  }

  /** Free, in a file, mapped, in the balloon: all of these leave a flag, if only on the block's first page. */
  #isUsedOrFree(page: number): boolean {
    const flags = this.#column("page_flags");
    if (flags[page] !== 0) return true;
    const orders = this.#column("page_order");
    for (let order = 1; order < MAX_ORDER; order++) {
      const head = page & -(1 << order);
      if ((flags[head]! & (PG_BUDDY | PG_HEAD)) !== 0 && orders[head]! >= order) return true;
    }
    return false;
  }

  #onPerCpuList(named: Uint32Array): number | undefined {
    const next = this.#column("lru_next");
    const first = this.#guest.global<number>("mm/page.ts", "PCP_HEADS");
    const end = this.#guest.global<number>("mm/page.ts", "LRU_HEADS");
    const wanted = new Set(named);
    for (let head = first; head < end; head++) {
      for (let page = next[head]!; page !== head; page = next[page]!) {
        if (wanted.has(page)) return page;
      }
    }
    return undefined;
  }

  #column(name: string): Int32Array | Uint16Array | Uint8Array {
    return this.#guest.global("mm/page.ts", name);
  }
}
