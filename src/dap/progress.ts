/** Going back replays from a checkpoint; only a wait that a person notices is worth showing. */
const showAfterMs = 500;

let lastId = 0;

/** Progress of a command that goes back, shown once it takes long, with a button to stop it. */
export class GoingBackProgress {
  readonly id = `going-back-${++lastId}`;
  private readonly emit: (event: string, body: unknown) => void;
  private readonly timer: ReturnType<typeof setTimeout>;
  private shown = false;

  constructor(emit: (event: string, body: unknown) => void) {
    this.emit = emit;
    this.timer = setTimeout(() => {
      this.shown = true;
      emit("progressStart", {
        progressId: this.id,
        title: "Going back in time",
        cancellable: true,
      });
    }, showAfterMs);
  }

  end(): void {
    clearTimeout(this.timer);
    if (this.shown) this.emit("progressEnd", { progressId: this.id });
    this.shown = false;
  }
}
