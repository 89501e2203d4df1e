/** So long after the last request it does not look as if another one were about to come. */
const IDLE_MS = 100;

export interface IdleOptions {
  /** Whether there is something to do now. */
  readonly mayWork: () => boolean;
  readonly work: () => Promise<void>;
  /** Asks `work` to end soon, done or not. */
  readonly giveUp: () => void;
}

/** Work for while the user looks at a stop. It is given up at once when a request comes. */
export class Idle {
  private readonly options: IdleOptions;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private working: Promise<void> | null = null;

  constructor(options: IdleOptions) {
    this.options = options;
  }

  /** Something has come. Resolves when nothing is being done any more; null: nothing is. */
  rouse(): Promise<void> | null {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.begin(), IDLE_MS);
    return this.stop();
  }

  /** Nothing will be done any more. */
  async end(): Promise<void> {
    clearTimeout(this.timer);
    await this.stop();
  }

  private stop(): Promise<void> | null {
    if (this.working !== null) this.options.giveUp();
    return this.working;
  }

  private begin(): void {
    if (this.working !== null || !this.options.mayWork()) return;
    this.working = this.options.work().finally(() => {
      this.working = null;
    });
  }
}
