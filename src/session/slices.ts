/** Cuts long work into slices, so that a pause request between two of them is heard. */
export const SLICE_MS = 8;
/** Looking at the clock costs as much as a short dispatch. */
const CHECK_EVERY = 16;

export interface SliceOptions {
  /** Milliseconds since some moment. */
  readonly clock: () => number;
  /** Lets others have the thread. */
  readonly yield: () => Promise<void>;
}

export class Slices {
  readonly #options: SliceOptions;
  #count = 0;
  #start: number;

  constructor(options: SliceOptions) {
    this.#options = options;
    this.#start = options.clock();
  }

  /** To be asked after each small piece of work; true when it is time for `rest`. */
  due(): boolean {
    return ++this.#count % CHECK_EVERY === 0 && this.over();
  }

  /** To be asked after a larger one. */
  over(): boolean {
    return this.#options.clock() - this.#start >= SLICE_MS;
  }

  /** Work begins. */
  begin(): void {
    this.#start = this.#options.clock();
  }

  async rest(): Promise<void> {
    await this.#options.yield();
    this.begin();
  }
}

/** Lets whatever waits come in; a macrotask. */
export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
