/**
 * Where checkpoints keep large typed arrays: in chunks of equal size. Checkpoints share the chunks
 * in which they agree, so one that follows another costs a comparison and what has changed; and
 * memory that nobody uses any more takes the next copy, since memory that is there already takes one
 * many times faster than memory that the system has yet to provide.
 *
 * The store also knows which chunks the arrays agree with now: after a copy in either direction all
 * of them do, until something is written. As long as every write is told of, going to another
 * checkpoint touches only what was written, and what differs between the two.
 */
export const CHUNK_BYTES = 1 << 16;
/** Memory is got from the system in pieces of this size. */
export const SLAB_BYTES = 1 << 20;

export type Bytes = Uint8Array<ArrayBuffer>;

/** Written once; when nobody uses it any more its memory becomes part of another. */
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
  readonly #free: Bytes[] = [];
  /** What memory holds before anything is written; stands for all such chunks, and is never freed. */
  readonly #zeros: Chunk = { bytes: new Uint8Array(CHUNK_BYTES), users: 1 };
  #made = 0;
  /** By memory: for each stretch of it the chunk that holds the same, or null when that is not known. */
  readonly #same = new Map<ArrayBuffer, (Chunk | null)[]>();

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
    const same = this.#same.get(array.buffer);
    for (let start = 0, i = 0; start < array.length; start += CHUNK_BYTES, i++) {
      let chunk = same?.[i] ?? null;
      if (chunk === null || chunk.users === 0) chunk = this.#captured(array, start, before?.[i]);
      chunk.users++;
      chunks.push(chunk);
    }
    this.#learn(array, chunks);
    return chunks;
  }

  /** Makes `array` what it was when it was captured. */
  restore(array: Bytes, chunks: readonly Chunk[]): void {
    const same = this.#same.get(array.buffer);
    chunks.forEach((chunk, i) => {
      if (chunk === same?.[i]) return;
      const start = i * CHUNK_BYTES;
      array.set(firstBytes(chunk, array.length - start), start);
    });
    this.#learn(array, chunks);
  }

  /** An element of an array is about to be written; any of them, when there is no index. */
  written(array: unknown, index: unknown): void {
    if (!ArrayBuffer.isView(array)) return;
    const same = this.#same.get(array.buffer as ArrayBuffer);
    if (same === undefined) return;
    if (typeof index !== "number") same.fill(null);
    else {
      const { BYTES_PER_ELEMENT } = array as Int32Array;
      same[Math.floor((array.byteOffset + index * BYTES_PER_ELEMENT) / CHUNK_BYTES)] = null;
    }
  }

  /** Anything may be written from here on. */
  forget(): void {
    if (this.#same.size > 0) this.#same.clear();
  }

  release(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) if (--chunk.users === 0) this.#free.push(chunk.bytes);
  }

  /** Arrays that share memory are never known. */
  #learn(array: Bytes, chunks: readonly Chunk[]): void {
    if (array.length === array.buffer.byteLength) this.#same.set(array.buffer, [...chunks]);
  }

  #captured(array: Bytes, start: number, known: Chunk = this.#zeros): Chunk {
    const piece = array.subarray(start, Math.min(start + CHUNK_BYTES, array.length));
    if (this.#source.same(piece, firstBytes(known, piece.length))) return known;
    const bytes = this.#take();
    bytes.set(piece);
    return { bytes, users: 0 };
  }

  #take(): Bytes {
    for (;;) {
      const free = this.#free.pop();
      if (free !== undefined) return free;
      const slab = this.#source.slab();
      if (slab !== null) this.#cut(slab);
    }
  }

  #cut(slab: ArrayBuffer): void {
    for (let end = slab.byteLength; end > 0; end -= CHUNK_BYTES) {
      this.#free.push(new Uint8Array(slab, end - CHUNK_BYTES, CHUNK_BYTES));
      this.#made++;
    }
  }
}

/** The last chunk of an array may be longer than what is left of it. */
function firstBytes({ bytes }: Chunk, length: number): Bytes {
  return length >= CHUNK_BYTES ? bytes : bytes.subarray(0, length);
}
