/** Looks at a guest between two dispatches, for whatever must hold there, and throws if it does not. */
import type { Guest } from "../model/guest.ts";
import { Deflating } from "./deflating.ts";

interface Task {
  readonly comm: string;
  readonly thread: number;
}

interface Lock {
  readonly name: string;
  readonly owner: Task | null;
  readonly waiters: readonly Task[];
}

/** As much of either end of a virtqueue as tells whether it was used. */
interface Queue {
  readonly [field: string]: unknown;
}

const DRIVER_FIELDS = ["avail_idx_shadow", "last_used_idx", "num_free", "next_avail_idx"];
const DEVICE_FIELDS = ["last_avail_idx", "used_idx", "inuse", "vring"];

interface Balloon {
  readonly balloon_lock?: Lock;
}

export class Watch {
  readonly #guest: Guest;
  readonly #memoryPeriod: number;
  readonly #events: readonly number[];
  readonly deflating: Deflating;
  /** How each queue was when it was last found to be sane. */
  readonly #sane = new Map<Queue, readonly unknown[]>();
  #before: Float64Array | null = null;
  #looks = 0;

  constructor(guest: Guest, options: { readonly memoryPeriod: number }) {
    this.#guest = guest;
    this.deflating = new Deflating(guest);
    this.#memoryPeriod = options.memoryPeriod;
    const names = guest.global<string[]>("mm/vmstat.ts", "vmstat_text");
    this.#events = names.flatMap((name, i) => (name.startsWith("nr_") ? [] : [i]));
  }

  look(): void {
    this.#counters();
    this.#queues();
    this.#locks();
    const early = this.deflating.look();
    if (early !== "") throw new Error(early);
    this.#ask("virtio/debug.ts", "check_agreement");
    if (++this.#looks % this.#memoryPeriod === 0) this.#ask("mm/debug.ts", "check_invariants");
  }

  #ask(file: string, name: string, ...args: readonly unknown[]): void {
    const broken = this.#guest.call(file, name, ...args);
    if (broken !== "") throw new Error(`${name}: ${String(broken)}`);
  }

  /** Events only ever happen once more; gauges are never negative. */
  #counters(): void {
    const now = this.#guest.global<Float64Array>("mm/vmstat.ts", "vmstat");
    const before = this.#before ?? new Float64Array(now.length);
    for (const i of this.#events) {
      if (now[i]! < before[i]!) throw new Error(`counter ${i} went from ${before[i]} to ${now[i]}`);
    }
    const negative = now.findIndex((value) => value < 0);
    if (negative >= 0) throw new Error(`gauge ${negative} is ${now[negative]}`);
    before.set(now);
    this.#before = before;
  }

  /** Both ends of all queues, as far as they were used since the last look. */
  #queues(): void {
    const devices = this.#guest.global<{ vqs: Queue[] }[]>("virtio/virtio.ts", "virtio_devices");
    for (const { vqs } of devices) {
      for (const vq of vqs) this.#queue(vq, DRIVER_FIELDS, "checkQueue");
    }
    const host = this.#guest.global<{ vdev: { vq: Queue[] } } | null>(
      "host/virtio_balloon.ts",
      "balloon",
    );
    for (const vq of host?.vdev.vq ?? []) this.#queue(vq, DEVICE_FIELDS, "checkHostQueue");
  }

  #queue(vq: Queue, fields: readonly string[], check: string): void {
    const known = this.#sane.get(vq);
    if (known !== undefined && fields.every((field, i) => vq[field] === known[i])) return;
    this.#ask("virtio/debug.ts", check, vq);
    this.#sane.set(
      vq,
      fields.map((field) => vq[field]),
    );
  }

  /** Who holds a lock is alive, and who waits for one neither runs about nor holds it. */
  #locks(): void {
    this.#lock(this.#guest.global<Lock>("mm/oom_kill.ts", "oom_lock"));
    const devices = this.#guest.global<{ priv: Balloon | null }[]>(
      "virtio/virtio.ts",
      "virtio_devices",
    );
    for (const { priv } of devices) {
      if (priv?.balloon_lock !== undefined) this.#lock(priv.balloon_lock);
    }
  }

  #lock({ name, owner, waiters }: Lock): void {
    const stateOf = (task: Task): string | undefined =>
      this.#guest.machine.state.threads.find(({ id }) => id === task.thread)?.state;
    if (owner !== null && (stateOf(owner) ?? "exited") === "exited") {
      throw new Error(`${owner.comm} has ended and holds ${name}`);
    }
    for (const waiter of waiters) {
      if (stateOf(waiter) === "exited")
        throw new Error(`${waiter.comm} has ended and waits for ${name}`);
    }
    if (new Set(waiters).size < waiters.length) throw new Error(`somebody waits twice for ${name}`);
    const [first] = waiters;
    if (owner === null && first !== undefined && stateOf(first) === "blocked") {
      throw new Error(`${name} is free, and ${first.comm} was not woken for it`);
    }
  }
}
