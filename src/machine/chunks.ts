/**
 * Where checkpoints keep large typed arrays: in chunks of equal size. Checkpoints share the chunks
 * in which they agree, so one that follows another costs a comparison and what has changed; and a
 * chunk that nobody uses any more takes the next copy, since memory that is there already takes one
 * many times faster than memory that the system has yet to provide.
 */
export const CHUNK_BYTES = 1 << 16;
/** Memory is got from the system in pieces of this size. */
export const SLAB_BYTES = 1 << 20;

export type Bytes = Uint8Array<ArrayBuffer>;

/** Never written while somebody uses it. */
export interface Chunk {
  readonly bytes: Bytes;
  users: number;
}

export interface ChunkSource {
  /** Whether two stretches of the same length hold the same. */
  readonly same: (a: Bytes, b: Bytes) => boolean;
  /** Called when no chunk is free: more memory, or null when some chunks may have been given back. */
  readonly slab: () => ArrayBuffer | null;
}

export class ChunkStore {
  readonly #source: ChunkSource;
  readonly #free: Chunk[] = [];
  /** What memory holds before anything is written; stands for all such chunks, and is never freed. */
  readonly #zeros: Chunk = { bytes: new Uint8Array(CHUNK_BYTES), users: 1 };
  #made = 0;

  constructor(source: ChunkSource) {
    this.#source = source;
  }

  /** Bytes of the chunks that are in use. */
  get usedBytes(): number {
    return (this.#made - this.#free.length) * CHUNK_BYTES;
  }

  /** A copy of `array`, which was last seen as `before`. */
  capture(array: Bytes, before: readonly Chunk[] | undefined): Chunk[] {
    const chunks: Chunk[] = [];
    for (let start = 0, i = 0; start < array.length; start += CHUNK_BYTES, i++) {
      const piece = array.subarray(start, Math.min(start + CHUNK_BYTES, array.length));
      const known = before?.[i] ?? this.#zeros;
      const chunk = this.#source.same(piece, firstBytes(known, piece.length))
        ? known
        : this.#take();
      if (chunk !== known) chunk.bytes.set(piece);
      chunk.users++;
      chunks.push(chunk);
    }
    return chunks;
  }

  release(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) if (--chunk.users === 0) this.#free.push(chunk);
  }

  #take(): Chunk {
    for (;;) {
      const free = this.#free.pop();
      if (free !== undefined) return free;
      const slab = this.#source.slab();
      if (slab !== null) this.#cut(slab);
    }
  }

  #cut(slab: ArrayBuffer): void {
    for (let end = slab.byteLength; end > 0; end -= CHUNK_BYTES) {
      this.#free.push({ bytes: new Uint8Array(slab, end - CHUNK_BYTES, CHUNK_BYTES), users: 0 });
      this.#made++;
    }
  }
}

export function restoreChunks(array: Bytes, chunks: readonly Chunk[]): void {
  chunks.forEach((chunk, i) => {
    const start = i * CHUNK_BYTES;
    array.set(firstBytes(chunk, array.length - start), start);
  });
}

/** The last chunk of an array may be longer than what is left of it. */
function firstBytes({ bytes }: Chunk, length: number): Bytes {
  return length >= CHUNK_BYTES ? bytes : bytes.subarray(0, length);
}
