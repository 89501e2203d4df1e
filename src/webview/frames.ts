/** Runs `draw` once per animation frame at most, however often it is asked, and never while hidden. */
export class Frames {
  readonly #draw: () => void;
  /** Shortest time between two frames in ms. */
  #interval = 0;
  #pending = false;
  #drawnAt = -Infinity;

  constructor(draw: () => void) {
    this.#draw = draw;
    document.addEventListener("visibilitychange", () => this.request());
  }

  /** Those who ask for less motion get a picture that changes now and then, not one that runs. */
  setReducedMotion(reduced: boolean): void {
    this.#interval = reduced ? 500 : 0;
  }

  request(): void {
    if (this.#pending || document.hidden) return;
    this.#pending = true;
    const wait = this.#drawnAt + this.#interval - performance.now();
    if (wait > 0) setTimeout(() => this.#frame(), wait);
    else this.#frame();
  }

  #frame(): void {
    requestAnimationFrame(() => {
      this.#pending = false;
      this.#drawnAt = performance.now();
      this.#draw();
    });
  }
}
