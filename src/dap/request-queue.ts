/** A request of the client that waits for its turn. */
export interface QueuedRequest {
  readonly seq: number;
  readonly command: string;
  readonly raw: unknown;
}

/** A flood of more than this is no debugging. */
const maxWaiting = 10_000;

/**
 * Answers requests one after another: while one waits for something, later ones do, so that none
 * sees a state half changed. What can end the waiting does not wait.
 */
export class RequestQueue {
  private readonly answer: (request: QueuedRequest) => Promise<void> | void;
  private waiting: QueuedRequest[] = [];
  private busy = false;
  /** Number of the request that is being answered, while that takes long. */
  private answering = -1;

  constructor(answer: (request: QueuedRequest) => Promise<void> | void) {
    this.answer = answer;
  }

  /** False when there is no room for it. */
  add(request: QueuedRequest): boolean {
    if (urgent.has(request.command)) {
      void this.answer(request);
      return true;
    }
    if (this.waiting.length >= maxWaiting) return false;
    this.waiting.push(request);
    this.next();
    return true;
  }

  /** Takes out a request that has not been begun; null when there is none of this number. */
  remove(seq: number): QueuedRequest | null {
    const found = this.waiting.find((each) => each.seq === seq) ?? null;
    if (found !== null) this.waiting = this.waiting.filter((each) => each !== found);
    return found;
  }

  /** Whether this request has been begun and has no answer yet. */
  isAnswering(seq: number): boolean {
    return this.answering === seq;
  }

  /** Everything that has not been begun. */
  takeAll(): readonly QueuedRequest[] {
    return this.waiting.splice(0);
  }

  private next(): void {
    while (!this.busy) {
      const request = this.waiting.shift();
      if (request === undefined) return;
      const answering = this.answer(request);
      if (answering === undefined) continue;
      this.busy = true;
      this.answering = request.seq;
      void answering.finally(() => {
        this.busy = false;
        this.answering = -1;
        this.next();
      });
    }
  }
}

const urgent: ReadonlySet<string> = new Set(["cancel", "disconnect", "pause", "terminate"]);
