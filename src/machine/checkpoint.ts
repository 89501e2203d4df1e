/** A machine's whole state, and how to get back to it. */
import type { ChunkStore } from "./chunks.ts";
import {
  captureGraph,
  releaseGraph,
  restoreGraph,
  walkGraph,
  type GraphSnapshot,
} from "./graph.ts";
import type { Machine } from "./machine.ts";

export interface Checkpoint {
  readonly dispatch: number;
  readonly time: number;
  readonly graph: GraphSnapshot;
  /** Values of the kernel's globals of kind `let`, by index in the debug information. */
  readonly globals: readonly { readonly index: number; readonly value: unknown }[];
  /** Clock and end of the present dispatch: they matter while a stop interrupts it. */
  readonly clock: readonly number[];
}

/**
 * Between dispatches or at a stop: a stopped thread is its frames, which are data like the rest.
 * The nearer `before` is in the run, the less there is to copy.
 */
export function takeCheckpoint(
  machine: Machine,
  store: ChunkStore,
  before: Checkpoint | null = null,
): Checkpoint {
  return {
    clock: [...machine.hooks.clock],
    dispatch: machine.state.dispatches,
    time: machine.state.time,
    graph: captureGraph(stateRoots(machine), store, before?.graph),
    globals: machine.debug.globals.flatMap((global, index) =>
      global.kind === "let" ? [{ index, value: machine.kernel.getGlobal(index) }] : [],
    ),
  };
}

export function restoreCheckpoint(
  machine: Machine,
  checkpoint: Checkpoint,
  store: ChunkStore,
): void {
  restoreGraph(checkpoint.graph, store);
  for (const { index, value } of checkpoint.globals) machine.kernel.setGlobal(index, value);
  machine.hooks.clock.set(checkpoint.clock);
}

export function releaseCheckpoint(checkpoint: Checkpoint, store: ChunkStore): void {
  releaseGraph(checkpoint.graph, store);
}

/** Everything a run can change, the kernel's globals first. */
export function stateRoots(machine: Machine): unknown[] {
  const roots = machine.debug.globals.map((_, index) => machine.kernel.getGlobal(index));
  roots.push(machine.state);
  return roots;
}

/** Bytes of all typed arrays; what shares memory is counted once. */
export function stateBytes(machine: Machine): number {
  const buffers = new Set<ArrayBuffer>();
  walkGraph(stateRoots(machine), {
    typed: (array) => buffers.add(array.buffer),
    array: () => {},
    object: () => {},
  });
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}
