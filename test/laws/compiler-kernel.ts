/** Runs a compiled program without the machine: one thread, frames copied at every suspension. */
import { runInThisContext } from "node:vm";
import {
  ARMED,
  BODY_FAST,
  BODY_STEP,
  TELLS_TOUCHED,
  TELLS_WRITTEN,
  type BootedKernel,
  type BootKernel,
  type DebugInfo,
  type Frame,
  type KernelHooks,
} from "../../src/base/kernel-image.ts";
import type { CompiledModel, CompileOptions } from "../../src/compiler/index.ts";

export const testOptions: CompileOptions = {
  externals: {
    charge: { suspends: false, inline: ([ns]) => `$clock[0] += ${ns}` },
    now: { suspends: false, inline: () => "$clock[0]" },
    pause: { suspends: true },
    rest: { suspends: true },
    trace: { suspends: false },
  },
  inputs: ["config"],
  plain: true,
};

/** Text that a program needs to use the externals. */
export const declarations = `
export declare function charge(ns: number): void;
export declare function now(): number;
export declare function pause(value: number): number;
export declare function rest(): void;
export declare function trace(value: number): void;
export declare const config: { size: number };
`;

/** How a run chooses bodies and stops; called between suspensions and at armed statements. */
export interface Policy {
  readonly body: number;
  /** Stops at every armed statement for which this is true; null arms none. */
  readonly stops: ((nthStatement: number) => boolean) | null;
  /** Body of a function from the next suspension on; null leaves it as it is. */
  readonly reshuffle: (() => number) | null;
}

export interface Outcome {
  readonly value: unknown;
  readonly trace: readonly number[];
  readonly clock: number;
  readonly globals: readonly unknown[];
  /** Frames at each block, as JSON: fingerprints see them, so no body may save others. */
  readonly blocked: readonly string[];
  /** Of these only `statements` must agree between runs that count them. */
  readonly statements: number;
  readonly suspensions: number;
}

/** What must be the same however the program is run. */
export function result(outcome: Outcome): string {
  const { value, trace, clock, globals } = outcome;
  return JSON.stringify({ value, trace, clock, globals });
}

/** A program is parsed once, however many kernels of it are booted. */
export function bootModel(
  model: CompiledModel,
  which: "bootSource" | "plain",
  hooks: KernelHooks,
): BootedKernel {
  const known = parsed.get(model) ?? {};
  parsed.set(model, known);
  known[which] ??= runInThisContext(`(${model[which]})`) as BootKernel;
  return known[which](hooks);
}

const parsed = new WeakMap<CompiledModel, { bootSource?: BootKernel; plain?: BootKernel }>();

export function runPlain(model: CompiledModel, main: string, args: unknown[]): Outcome {
  const { hooks, recorded } = newHooks(model.debug, () => undefined);
  const kernel = bootModel(model, "plain", hooks);
  const value = kernel.fast[functionId(model.debug, main)]!(...args);
  return outcome(model.debug, kernel, hooks, {
    value,
    trace: recorded,
    blocked: [],
    statements: 0,
    suspensions: 0,
  });
}

export function runCompiled(
  model: CompiledModel,
  main: string,
  args: unknown[],
  policy: Policy,
): Outcome {
  const { debug } = model;
  let delivered: unknown;
  let statements = 0;
  let suspensions = 0;
  let blocks = false;
  const blocked: string[] = [];
  const { hooks, recorded } = newHooks(debug, (value) => {
    delivered = value;
    blocks = true;
    kernel.suspend();
  });
  const kernel = bootModel(model, "bootSource", hooks);
  hooks.bodyOf.fill(policy.body);
  if (policy.stops !== null) {
    const { stops } = policy;
    hooks.armed.fill(ARMED);
    hooks.conditions.fill((site, ...locals) => {
      if (locals.length !== debug.sites[site]!.visible.length) throw new Error("wrong locals");
      return stops(statements++);
    });
  }
  const frames: Frame[] = [];
  const entry = functionId(debug, main);
  const bodies = [kernel.fast, kernel.route, kernel.step][policy.body]!;
  let value = bodies[entry]!(...args);
  for (;;) {
    if (kernel.suspended()) {
      suspensions++;
      kernel.clearSuspend();
      frames.push(...hooks.unwound.reverse());
      hooks.unwound.length = 0;
      if (blocks) blocked.push(JSON.stringify(plainValue(kernel, frames)));
      blocks = false;
      const copies = copyFrames(debug, kernel, frames);
      frames.splice(0, frames.length, ...copies);
      if (policy.reshuffle !== null) {
        for (let i = 0; i < hooks.bodyOf.length; i++) hooks.bodyOf[i] = policy.reshuffle();
      }
      value = delivered;
      delivered = undefined;
    }
    const frame = frames.pop();
    if (frame === undefined) break;
    value = resume(debug, kernel, hooks, frame, value);
  }
  return outcome(debug, kernel, hooks, {
    value,
    trace: recorded,
    blocked,
    statements,
    suspensions,
  });
}

export const modes: Readonly<Record<"fast" | "route" | "step", Policy>> = {
  fast: { body: BODY_FAST, stops: null, reshuffle: null },
  route: { body: 1, stops: null, reshuffle: null },
  step: { body: BODY_STEP, stops: null, reshuffle: null },
};

function resume(
  debug: DebugInfo,
  kernel: BootedKernel,
  hooks: KernelHooks,
  frame: Frame,
  value: unknown,
): unknown {
  const site = debug.sites[frame[0] as number]!;
  if (frame.length !== site.visible.length + 1) throw new Error("a frame of the wrong length");
  const fast = kernel.resumeFast[site.fn] ?? null;
  const useFast = site.suspendsInFast && hooks.bodyOf[site.fn] === BODY_FAST && fast !== null;
  return useFast ? fast(frame, value) : kernel.resume[site.fn]!(frame, value);
}

function newHooks(
  debug: DebugInfo,
  suspend: (value: unknown) => void,
): { hooks: KernelHooks; recorded: number[] } {
  const recorded: number[] = [];
  const sites = debug.sites.length;
  const hooks: KernelHooks = {
    armed: new Uint8Array(sites),
    heed: Uint8Array.of(1),
    visits: new Uint32Array(sites),
    bodyOf: new Uint8Array(debug.functions.length),
    // Telling changes nothing, whether somebody listens or not.
    watched: new Uint8Array(debug.accesses.key.length).fill(TELLS_TOUCHED | TELLS_WRITTEN),
    touched: () => {},
    written: () => {},
    conditions: Array.from({ length: sites }, () => null),
    unwound: [],
    clock: new Float64Array(1),
    rounds() {
      throw new Error("a program that ends was taken for an endless one");
    },
    externals: {
      pause(value: number) {
        recorded.push(-1, value);
        const answer = (value * 7 + 1) | 0;
        suspend(answer);
        return answer;
      },
      rest() {
        recorded.push(-2);
        suspend(undefined);
      },
      trace: (value: number) => void recorded.push(value),
    },
    inputs: { config: { size: 8 } },
  };
  return { hooks, recorded };
}

function functionId(debug: DebugInfo, name: string): number {
  return debug.functions.findIndex((fn) => fn.name === name);
}

function outcome(
  debug: DebugInfo,
  kernel: BootedKernel,
  hooks: KernelHooks,
  rest: Omit<Outcome, "clock" | "globals">,
): Outcome {
  const globals = debug.globals.map((_, i) => plainValue(kernel, kernel.getGlobal(i)));
  return { ...rest, clock: hooks.clock[0]!, globals };
}

/** JSON for a value of the kernel's; functions by their ids, typed arrays as arrays. */
function plainValue(kernel: BootedKernel, value: unknown): unknown {
  if (typeof value === "function") return { fn: kernel.idOf(value) };
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return [...(value as Int32Array)];
  if (Array.isArray(value)) return value.map((item) => plainValue(kernel, item));
  const entries = Object.entries(value).map(([key, item]) => [key, plainValue(kernel, item)]);
  return Object.fromEntries(entries) as unknown;
}

/**
 * Copies the objects that only frames refer to, keeping identity; what globals refer to stays,
 * as it does when a checkpoint of the whole kernel is restored in place.
 */
function copyFrames(debug: DebugInfo, kernel: BootedKernel, frames: readonly Frame[]): Frame[] {
  const known = new Map<unknown, unknown>();
  const keep = (value: unknown): void => {
    if (typeof value !== "object" || value === null || known.has(value)) return;
    known.set(value, value);
    if (!ArrayBuffer.isView(value)) Object.values(value).forEach(keep);
  };
  debug.globals.forEach((_, i) => keep(kernel.getGlobal(i)));
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (known.has(value)) return known.get(value);
    if (ArrayBuffer.isView(value)) {
      const view = (value as Int32Array).slice();
      known.set(value, view);
      return view;
    }
    const target = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
    known.set(value, target);
    for (const [key, item] of Object.entries(value)) target[key] = copy(item);
    return target;
  };
  return frames.map((frame) => frame.map(copy));
}
