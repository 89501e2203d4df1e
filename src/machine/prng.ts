/**
 * Independent random streams (sfc32), one per consumer, so that a new draw in the host does not
 * shift the guest. All state is one typed array: four words a stream.
 */
import { assert } from "../base/assert.ts";

export const PRNG_STREAMS = 16;
const WORDS = 4;
const WARM_UP = 12;

export type Prng = Uint32Array<ArrayBuffer>;

/** `seed`: any safe integer; its low and high halves both count. */
export function createPrng(seed: number): Prng {
  const state = new Uint32Array(PRNG_STREAMS * WORDS);
  for (let stream = 0; stream < PRNG_STREAMS; stream++) {
    const at = stream * WORDS;
    state[at] = seed >>> 0;
    state[at + 1] = Math.floor(seed / 2 ** 32) >>> 0;
    state[at + 2] = Math.imul(stream + 1, 0x9e3779b1);
    state[at + 3] = 1;
    for (let i = 0; i < WARM_UP; i++) nextWord(state, stream);
  }
  return state;
}

/** Uniform integer in [0, bound), `bound` in 1 .. 2^32; without the bias of a plain remainder. */
export function randomBelow(state: Prng, stream: number, bound: number): number {
  assert(stream >= 0 && stream < PRNG_STREAMS, `random stream ${stream} does not exist`);
  assert(bound >= 1 && bound <= 2 ** 32, `random bound ${bound} is out of range`);
  const usable = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const word = nextWord(state, stream);
    if (word < usable) return word % bound;
  }
}

function nextWord(state: Prng, stream: number): number {
  const at = stream * WORDS;
  const a = state[at]!;
  const b = state[at + 1]!;
  const c = state[at + 2]!;
  const counter = state[at + 3]!;
  const result = (a + b + counter) >>> 0;
  state[at] = b ^ (b >>> 9);
  state[at + 1] = c + (c << 3);
  state[at + 2] = ((c << 21) | (c >>> 11)) + result;
  state[at + 3] = counter + 1;
  return result;
}
