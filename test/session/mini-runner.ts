/** A runner over a machine of a few lines, where every place is known. */
import { fingerprint } from "../../src/machine/fingerprint.ts";
import type { Machine } from "../../src/machine/machine.ts";
import type { Thread } from "../../src/machine/thread.ts";
import { History } from "../../src/session/history.ts";
import { Recorder } from "../../src/session/recorder.ts";
import { Runner } from "../../src/session/runner.ts";
import type { StopReason } from "../../src/session/types.ts";
import { bootMini } from "../machine/mini.ts";

export interface Bench {
  readonly runner: Runner;
  readonly machine: Machine;
  /** `leaf n=2`: innermost function of a thread and its locals. */
  at(thread?: number): string;
  thread(comm: string): number;
  print(): string;
}

export function bench(
  model: string,
  stopIn: readonly string[],
  when: (thread: Thread) => boolean = () => true,
  { clock = (): number => 0, onYield = (): void => {} } = {},
): Bench {
  const { machine } = bootMini(model);
  const { debug } = machine;
  const sites = debug.functions
    .filter(({ name }) => stopIn.includes(name))
    .map((fn) => debug.sites.findIndex((site) => site?.fn === fn.id && site.kind === "statement"));
  const recorder = new Recorder({
    dispatches: () => machine.state.dispatches,
    condition: () => false,
    steps: [],
    expectation: () => null,
    onEvent: () => {},
  });
  const reason: StopReason = { kind: "breakpoint", ids: [1] };
  const runner = new Runner({
    machine,
    recorder,
    history: new History(machine, { budgetBytes: 1 << 26, clock, workClock: clock }),
    clock,
    yield: async () => onYield(),
    oops: (_, text) => ({ kind: "oops", text, details: "" }),
    policy: {
      armedSites: () => sites,
      countedSites: () => [],
      watching: () => null,
      visit: (site) => sites.includes(site),
      reasonAt: (site, thread) => (sites.includes(site) && when(thread) ? reason : null),
      takeEventReason: () => null,
      takeQuietOutput: () => [],
      hits: () => new Map(),
      setHits: () => {},
      assumeHits: () => {},
      knowsHits: () => true,
      moved: () => {},
      finished: () => false,
      onProgress: () => {},
    },
  });
  return {
    runner,
    machine,
    at(id = machine.state.stopped?.id ?? 0) {
      const frame = machine.state.threads[id]!.frames.at(-1)!;
      const site = debug.sites[frame[0] as number]!;
      const locals = site.visible
        .map(({ name, temporary }, i) => (temporary ? "" : ` ${name}=${String(frame[i + 1])}`))
        .join("");
      return `${debug.functions[site.fn]!.name}${locals}`;
    },
    thread: (comm) => machine.state.threads.findIndex(({ task }) => task.comm === comm),
    print: () => fingerprint(machine),
  };
}
