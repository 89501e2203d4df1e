/** Requests as a client might send them, from what it was told; now and then from nothing at all. */
import type { DapOutgoing } from "../../src/dap/wire.ts";
import type { Choices } from "./choices.ts";
import { hostile } from "./hostile.ts";

/** Members of answers and events that can be sent back. */
const useful = new Set([
  "threadId",
  "variablesReference",
  "memoryReference",
  "instructionPointerReference",
  "dataId",
  "name",
  "evaluateName",
  "address",
  "line",
  "progressId",
  "dispatch",
  "statement",
]);
const kept = 40;

/** What a client has been told so far, by the name of the member. */
export class Known {
  private readonly values = new Map<string, unknown[]>();

  learn(message: DapOutgoing): void {
    this.walk(message.body, 0);
    const { stackFrames } = (message.body ?? {}) as { readonly stackFrames?: { id: number }[] };
    for (const { id } of stackFrames ?? []) this.keep("frameId", id);
  }

  /** Mostly one of the latest: what is older is out of date once the guest has run. */
  pick(choices: Choices, name: string, otherwise: unknown): unknown {
    const values = this.values.get(name);
    if (values === undefined || choices.chance(0.05)) return otherwise;
    return choices.of(choices.chance(0.7) ? values.slice(-4) : values);
  }

  private walk(value: unknown, depth: number): void {
    if (typeof value !== "object" || value === null || depth > 5) return;
    for (const [name, member] of Object.entries(value).slice(0, 60)) {
      if (typeof member === "object") this.walk(member, depth + 1);
      else if (useful.has(name)) this.keep(name, member);
    }
  }

  private keep(name: string, value: unknown): void {
    const values = this.values.get(name) ?? [];
    if (value === 0 || value === "") return;
    const at = values.indexOf(value);
    if (at >= 0) values.splice(at, 1);
    values.push(value);
    if (values.length > kept) values.shift();
    this.values.set(name, values);
  }
}

type Make = (choices: Choices, known: Known) => object;

const thread: Make = (choices, known) => ({ threadId: known.pick(choices, "threadId", 0) });
const frame: Make = (choices, known) => ({ frameId: known.pick(choices, "frameId", 1) });
const step: Make = (choices, known) => ({
  ...thread(choices, known),
  ...(choices.chance(0.3) ? { granularity: choices.of(["statement", "line", "instruction"]) } : {}),
  ...(choices.chance(0.1) ? { singleThread: true } : {}),
});
const expression = (choices: Choices, known: Known): unknown =>
  choices.of<unknown>([
    known.pick(choices, "evaluateName", "vb"),
    known.pick(choices, "name", "vb"),
    "vb->num_pages > 10 && balloon_inflate % 2 == 0",
    "mem_map[5]",
    choices.of(hostile),
  ]);
const refined: Make = (choices, known) => ({
  ...(choices.chance(0.2) ? { condition: expression(choices, known) } : {}),
  ...(choices.chance(0.2) ? { hitCondition: choices.of(["3", ">= 2", "% 4", "x", ""]) } : {}),
  ...(choices.chance(0.2) ? { logMessage: `at {${String(expression(choices, known))}}` } : {}),
  ...(choices.chance(0.1) ? { mode: choices.of(["both", "forward", "back"]) } : {}),
});
const source: Make = (choices) => ({
  source: choices.of([
    { path: "balloon-model:/balloon/virtio_balloon.ts" },
    { path: "/tiny.balloon.yaml" },
    { sourceReference: 1 + choices.below(60) },
    { path: "nowhere.ts" },
  ]),
});
const memory: Make = (choices, known) => ({
  memoryReference: known.pick(choices, "memoryReference", "0xffffea0000000040"),
  offset: choices.below(200) - 50,
});
const several = (choices: Choices, make: () => object): readonly object[] =>
  Array.from({ length: choices.below(3) }, make);

const commands: Readonly<Record<string, Make>> = {
  threads: () => ({}),
  stackTrace: (choices, known) => ({
    ...thread(choices, known),
    startFrame: choices.below(3),
    levels: choices.below(6),
    ...(choices.chance(0.2) ? { format: { parameters: true, parameterValues: true } } : {}),
  }),
  scopes: frame,
  variables: (choices, known) => ({
    variablesReference: known.pick(choices, "variablesReference", 1),
    start: choices.below(4),
    count: choices.below(30),
  }),
  evaluate: (choices, known) => ({
    expression: expression(choices, known),
    context: choices.of(["hover", "watch", "repl", "clipboard"]),
    ...(choices.chance(0.5) ? frame(choices, known) : {}),
  }),
  completions: (choices, known) => ({ text: expression(choices, known), column: choices.below(9) }),
  continue: step,
  next: step,
  stepIn: step,
  stepOut: step,
  stepBack: step,
  reverseContinue: step,
  "balloon/reverseStepIn": step,
  "balloon/reverseStepOut": step,
  pause: thread,
  setBreakpoints: (choices, known) => ({
    ...source(choices, known),
    breakpoints: several(choices, () => ({
      line: known.pick(choices, "line", 100),
      ...refined(choices, known),
    })),
  }),
  setFunctionBreakpoints: (choices, known) => ({
    breakpoints: several(choices, () => ({
      name: choices.of(["fill_balloon", "tell_host", "rmqueue", "nothing"]),
      ...refined(choices, known),
    })),
  }),
  setExceptionBreakpoints: (choices) => ({
    filters: choices.of([[], ["oom-notify", "direct-reclaim"], ["expectation"], ["x"]]),
  }),
  dataBreakpointInfo: (choices, known) => ({ name: expression(choices, known) }),
  setDataBreakpoints: (choices, known) => ({
    breakpoints: choices.chance(0.7)
      ? []
      : [{ dataId: known.pick(choices, "dataId", '["page",5]'), ...refined(choices, known) }],
  }),
  "balloon/setThresholds": (choices, known) => ({
    thresholds: choices.chance(0.7)
      ? []
      : [
          {
            name: choices.of<unknown>([
              "balloon_pages",
              "nr_free_pages",
              expression(choices, known),
            ]),
            condition: choices.of([">= 100", "< 4 KiB", ">", "balloon_target >= 5"]),
          },
        ],
  }),
  setInstructionBreakpoints: (choices, known) => ({
    breakpoints: several(choices, () => ({
      instructionReference: known.pick(choices, "instructionPointerReference", "0x0"),
      offset: 16 * choices.below(4),
    })),
  }),
  setVariable: (choices, known) => ({
    variablesReference: known.pick(choices, "variablesReference", 1),
    name: known.pick(choices, "name", "num"),
    // A wild value may well break the guest, and that ends the session.
    value: choices.of(["0", "1 +", "nothing"]),
  }),
  setExpression: (choices) => ({
    expression: choices.of(["balloon_migrate", "vm.min_free_kbytes", "vb", "1"]),
    value: choices.of(["5", "4000", "x"]),
  }),
  "balloon/setKnob": (choices) => ({
    name: choices.of(["balloon.target", "vm.watermark_scale_factor", "x"]),
    value: choices.of(["100", "300", "-1"]),
  }),
  "balloon/knobs": () => ({}),
  terminateThreads: (choices, known) => ({ threadIds: [known.pick(choices, "threadId", 3)] }),
  stepInTargets: frame,
  gotoTargets: (choices, known) => ({
    ...source(choices, known),
    line: known.pick(choices, "line", 10),
  }),
  goto: (choices, known) => ({ ...thread(choices, known), targetId: choices.below(9) }),
  restartFrame: frame,
  exceptionInfo: thread,
  readMemory: (choices, known) => ({ ...memory(choices, known), count: choices.below(300) }),
  writeMemory: (choices, known) => ({ ...memory(choices, known), data: "" }),
  disassemble: (choices, known) => ({
    ...memory(choices, known),
    instructionOffset: choices.below(20) - 10,
    instructionCount: choices.below(20),
  }),
  source: (choices, known) => ({ sourceReference: 1, ...source(choices, known) }),
  loadedSources: () => ({}),
  modules: () => ({}),
  breakpointLocations: (choices, known) => ({ ...source(choices, known), line: 1, endLine: 40 }),
  cancel: (choices, known) => ({
    requestId: choices.below(600),
    progressId: known.pick(choices, "progressId", "run-1"),
  }),
  "balloon/seek": (choices, known) =>
    choices.of<() => object>([
      () => ({ time: choices.below(4_000_000) }),
      () => ({
        mark: {
          dispatch: known.pick(choices, "dispatch", 3),
          statement: known.pick(choices, "statement", 0),
        },
      }),
      () => ({ condition: "balloon_inflate >= 100", direction: choices.of(["forward", "back"]) }),
      () => ({ branch: choices.below(3) }),
    ])(),
  "balloon/mark": () => ({}),
  "balloon/fingerprint": () => ({}),
  "balloon/branches": () => ({}),
  "balloon/samples": (choices) => ({ since: choices.below(50) }),
  "balloon/pageMap": (choices) => ({ resolution: 1 + choices.below(500) }),
  configurationDone: () => ({}),
  initialize: () => ({}),
  attach: () => ({}),
  nonsense: () => ({}),
};

/** In no request's arguments, or far too much of it. */
const absurd: readonly unknown[] = [
  null,
  [],
  "text",
  -1,
  {},
  { threadId: -1, frameId: 1e300, variablesReference: 2 ** 53, line: -5, count: 1e18 },
  { expression: "(".repeat(100_000), name: "x".repeat(100_000), text: "a->".repeat(50_000) },
  { breakpoints: Array.from({ length: 2000 }, (_, line) => ({ line, name: `f${line}` })) },
  { source: { path: "/".repeat(10_000) }, breakpoints: [{ line: 1e9 }] },
  { memoryReference: "0xffffffffffffffff", count: 1e9, instructionCount: 1e9, offset: 1e15 },
];

export const commandNames: readonly string[] = Object.keys(commands);

export function randomRequest(
  choices: Choices,
  known: Known,
): { readonly command: string; readonly args: unknown } {
  const command = choices.of(commandNames);
  const args = choices.chance(0.04) ? choices.of(absurd) : commands[command]!(choices, known);
  return { command, args };
}
