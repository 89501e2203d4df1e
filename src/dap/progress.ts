/** Only a wait that a person notices is worth showing. */
const showAfterMs = { back: 500, forward: 2000 };
/** Between two updates. */
const updateEveryMs = 100;

let lastId = 0;

export interface ProgressOptions {
  readonly direction: "back" | "forward";
  readonly title: string;
  readonly emit: (event: string, body: unknown) => void;
}

/** Progress of a run, shown once it takes long, with a button to stop it. */
export class RunProgress {
  readonly id = `run-${++lastId}`;
  private readonly emit: ProgressOptions["emit"];
  private readonly timer: ReturnType<typeof setTimeout>;
  private shown = false;
  private nextUpdate = 0;

  constructor({ direction, title, emit }: ProgressOptions) {
    this.emit = emit;
    this.timer = setTimeout(() => {
      this.shown = true;
      emit("progressStart", { progressId: this.id, title, cancellable: true });
    }, showAfterMs[direction]);
  }

  /** `fraction` is null while nobody knows how long it takes. */
  update(fraction: number | null, message: () => string): void {
    const now = performance.now();
    if (!this.shown || now < this.nextUpdate) return;
    this.nextUpdate = now + updateEveryMs;
    this.emit("progressUpdate", {
      progressId: this.id,
      message: message(),
      ...(fraction === null ? {} : { percentage: Math.round(fraction * 100) }),
    });
  }

  end(): void {
    clearTimeout(this.timer);
    if (this.shown) this.emit("progressEnd", { progressId: this.id });
    this.shown = false;
  }
}
