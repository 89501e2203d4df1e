/** What a place in the memory of a virtqueue is called in the specification (virtio 1.2, sections 2.7 and 2.8). */
import type { KernelState } from "./state.ts";

interface Ring {
  readonly name: string;
  readonly packed_ring: boolean;
  readonly vring: {
    readonly num: number;
    readonly mem: Uint16Array;
    readonly desc: number;
    readonly avail: number;
    readonly used: number;
  };
}

/** Members of a descriptor by halves of a word. */
const SPLIT = ["addr", "addr", "addr", "addr", "len", "len", "flags", "next"];
const PACKED = ["addr", "addr", "addr", "addr", "len", "len", "id", "flags"];
const HEADER = ["flags", "idx"];
const USED_ELEMENT = ["id", "id", "len", "len"];
const EVENT = ["off_wrap", "flags"];

/** `inflate used->idx`, for the half word at `index` of memory that is a queue's; null for other memory. */
export function ringCellName(memory: unknown, index: number, state: KernelState): string | null {
  if (!(memory instanceof Uint16Array)) return null;
  const devices = state.value<readonly { readonly vqs: readonly Ring[] }[]>("virtio_devices");
  const ring = devices.flatMap(({ vqs }) => vqs).find(({ vring }) => vring.mem === memory);
  const part = ring === undefined ? null : partAt(ring, index);
  return part === null ? null : `${ring!.name} ${part}`;
}

function partAt(
  { packed_ring, vring: { num, desc, avail, used } }: Ring,
  at: number,
): string | null {
  const [inDesc, inAvail, inUsed] = [at - desc, at - avail, at - used];
  if (inDesc >= 0 && inDesc < 8 * num) {
    return `desc[${inDesc >> 3}].${(packed_ring ? PACKED : SPLIT)[inDesc & 7]!}`;
  }
  if (packed_ring) {
    if (inAvail === 0 || inAvail === 1) return `driver event ${EVENT[inAvail]!}`;
    return inUsed === 0 || inUsed === 1 ? `device event ${EVENT[inUsed]!}` : null;
  }
  if (inAvail >= 0 && inAvail < 2 + num) {
    return `avail->${HEADER[inAvail] ?? `ring[${inAvail - 2}]`}`;
  }
  if (inAvail === 2 + num) return "used_event";
  if (inUsed < 0 || inUsed > 2 + 4 * num) return null;
  if (inUsed === 2 + 4 * num) return "avail_event";
  const element = inUsed - 2;
  return `used->${HEADER[inUsed] ?? `ring[${element >> 2}].${USED_ELEMENT[element & 3]!}`}`;
}
