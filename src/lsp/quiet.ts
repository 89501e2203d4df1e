/** Waiting this long after a key was pressed keeps typing smooth. */
const QUIET_MS = 200;

/** Does what has to be done about each document once it has been left alone for a moment. */
export class Quiet {
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();

  /** Replaces what was to be done about `uri` and has not begun. */
  soon(uri: string, work: () => void): void {
    this.forget(uri);
    const run = (): void => {
      this.#waiting.delete(uri);
      work();
    };
    this.#waiting.set(uri, setTimeout(run, QUIET_MS));
  }

  forget(uri: string): void {
    clearTimeout(this.#waiting.get(uri));
    this.#waiting.delete(uri);
  }

  forgetAll(): void {
    for (const uri of this.#waiting.keys()) this.forget(uri);
  }
}
