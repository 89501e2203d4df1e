/** A machine with a model of a few lines, compiled on the spot: tests of the machine alone. */
import { readFileSync } from "node:fs";
import type { BootKernel, KernelImage } from "../../src/base/kernel-image.ts";
import { compileModel, machineExternals } from "../../src/compiler/index.ts";
import { Machine } from "../../src/machine/machine.ts";

const HEADER = `import {
  BUG, charge, cond_resched, current, now, printk, raise_irq, random, schedule, schedule_timeout,
  smp_processor_id, start_thread, steal_time, wake_up_process,
} from "../machine/primitives.ts";
interface task { thread: number; comm: string; }
function spawn(task: task, cpu: number, entry: { handler: (data: number) => void; data: number }): void {
  start_thread(task, { kind: "task", cpu, bound: true, line: -1 }, entry);
}
`;

export interface Mini {
  readonly machine: Machine;
  /** Everything said with printk, with its time. */
  readonly log: { readonly at: number; readonly text: string }[];
  global(name: string): unknown;
  run(dispatches?: number): void;
}

export function compileMini(body: string): KernelImage {
  const primitives = readFileSync(
    new URL("../../src/machine/primitives.ts", import.meta.url),
    "utf8",
  );
  const sources = { "model/main.ts": HEADER + body, "machine/primitives.ts": primitives };
  const { model, diagnostics } = compileModel(sources, { externals: machineExternals, inputs: [] });
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const boot = (0, eval)(`(${model.bootSource})`) as BootKernel;
  return { boot, debug: model.debug, sources: {} };
}

/** The model's `main` is the first thread. */
export function bootMini(body: string, nrCpus = 2, seed = 1): Mini {
  const log: { at: number; text: string }[] = [];
  const image = compileMini(body);
  const machine = new Machine({
    image,
    nrCpus,
    seed,
    inputs: {},
    wakeupNs: 0,
    contextSwitchNs: 0,
    observer: {
      onPrintk: (at, text) => log.push({ at, text }),
      onTrace: () => {},
      onStep: () => {},
      condition: () => false,
    },
  });
  machine.bootThread("main.ts", "main");
  return {
    machine,
    log,
    global: (name) =>
      machine.kernel.getGlobal(image.debug.globals.findIndex((global) => global.name === name)),
    run: (dispatches = 10_000) => {
      for (let i = 0; i < dispatches; i++) if (machine.dispatch() === "idle") return;
    },
  };
}
