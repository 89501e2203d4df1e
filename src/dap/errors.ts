import { AFTER_OOPS } from "../session/fault.ts";
import type { Diagnostic } from "../scenario/types.ts";

/**
 * A request that cannot be answered. `short` is for programs (`notStopped` and `cancelled` are
 * words of the protocol), `sentence` for people: what is wrong and what to do instead.
 */
export class RequestError extends Error {
  readonly id: number;
  readonly short: string;
  readonly sentence: string;
  /** Whether an editor should put it in front of the user; not for what a hover could not find. */
  readonly showUser: boolean;

  constructor(id: number, short: string, sentence: string, showUser = true) {
    super(sentence);
    this.id = id;
    this.short = short;
    this.sentence = sentence;
    this.showUser = showUser;
  }
}

export const errors = {
  unknownCommand: (command: string) =>
    new RequestError(1001, "unknownCommand", `This adapter has no request "${command}".`, false),
  badArgument: (command: string, name: string, expected: string, got: unknown) =>
    new RequestError(
      1002,
      "badArgument",
      `${command}: "${name}" must be ${expected}, not ${show(got)}.`,
    ),
  notInitialized: (command: string) =>
    new RequestError(1003, "notInitialized", `"${command}" came before "initialize".`),
  twice: (command: string) =>
    new RequestError(
      1004,
      "twice",
      `"${command}" was sent before and can be sent only once in a session.`,
    ),
  cancelledByClient: () =>
    new RequestError(1010, "cancelled", "The request was cancelled before its turn came.", false),
  flooded: () =>
    new RequestError(1021, "flooded", "Too many requests wait for an answer: send them slower."),
  notLaunched: (command: string) =>
    new RequestError(
      1005,
      "notLaunched",
      `"${command}" needs a launched scenario: send "launch" first.`,
    ),
  notConfigured: (command: string) =>
    new RequestError(
      1006,
      "notConfigured",
      `"${command}" came before "configurationDone": the run has not begun.`,
    ),
  notStopped: (command: string) =>
    new RequestError(
      1007,
      "notStopped",
      `"${command}" needs a stopped guest, and it is running: pause it first.`,
      false,
    ),
  notRunning: () =>
    new RequestError(
      1008,
      "notRunning",
      "There is nothing to pause: the guest is stopped already.",
      false,
    ),
  ended: (command: string) =>
    new RequestError(1009, "ended", `"${command}" came after the end of the debug session.`),
  cancelled: () =>
    new RequestError(
      1010,
      "cancelled",
      "The session was ended before the request was answered.",
      false,
    ),
  /** An editor that is still asking about the stop before learns this often; nobody else wants to. */
  unknownThread: (id: number) =>
    new RequestError(1011, "unknownThread", `There is no thread ${id}.`, false),
  unknownFrame: (id: number) =>
    new RequestError(
      1012,
      "unknownFrame",
      `There is no stack frame ${id}; frames are valid until the guest runs again.`,
      false,
    ),
  unknownVariables: (ref: number) =>
    new RequestError(
      1013,
      "unknownVariables",
      `There is no variables reference ${ref}; references are valid until the guest runs again.`,
      false,
    ),
  notOurFile: () =>
    new RequestError(
      1046,
      "notOurFile",
      "This file is neither a model source nor the launched scenario.",
    ),
  unknownFilter: (name: string, known: string) =>
    new RequestError(
      1047,
      "unknownFilter",
      `There is no exception filter "${name}"; there are: ${known}.`,
    ),
  unknownSource: (name: string) =>
    new RequestError(
      1014,
      "unknownSource",
      `"${name}" is neither a model source nor the launched scenario.`,
    ),
  oops: () => new RequestError(1043, "oops", AFTER_OOPS),
  notFound: (problem: string) => new RequestError(1042, "notFound", problem, false),
  noException: () =>
    new RequestError(1015, "noException", "The guest did not stop at an exception filter.", false),
  unknownSuffix: (letter: string) =>
    new RequestError(
      1022,
      "unknownSuffix",
      `There is no format ",${letter}": use ,x (hexadecimal), ,d (as it is), ,p (pages) or ,b (bytes).`,
      false,
    ),
  edit: (message: string) => new RequestError(1023, "edit", message),
  notRestartable: () =>
    new RequestError(
      1045,
      "notRestartable",
      "This frame is the line of the scenario that started the task: it has no beginning to go back to.",
    ),
  notWritable: (name: string) =>
    new RequestError(1024, "notWritable", `There is no "${name}" here that could be set.`),
  badAddress: (command: string, text: string) =>
    new RequestError(
      1025,
      "badAddress",
      `${command}: "${text}" is no address; one is written as in 0xffffea0000000040.`,
    ),
  unknownTarget: (id: number) =>
    new RequestError(
      1026,
      "unknownTarget",
      `There is no target ${id}; targets are valid until the guest runs again.`,
    ),
  noMoment: (name: string) =>
    new RequestError(1027, "noMoment", `"${name}" tells of no moment that could be gone to.`),
  seekTarget: () =>
    new RequestError(
      1028,
      "seekTarget",
      'Say where to: exactly one of "mark", "time", "condition", "function", "dataId", "variable", or "branch".',
    ),
  unseekable: (problem: string) => new RequestError(1044, "unseekable", problem),
  unknownBranch: (id: number) =>
    new RequestError(1029, "unknownBranch", `There is no branch ${id}.`),
  noThreads: () =>
    new RequestError(1030, "noThreads", 'Say which tasks to kill: "threadIds" is empty.'),
  cannotPark: () =>
    new RequestError(
      1031,
      "cannotPark",
      'There is nothing to attach to: only "balloon dap --port" keeps guests of clients that have left.',
    ),
  notParked: (guest: string | undefined, parked: readonly string[]) =>
    new RequestError(
      1032,
      "notParked",
      parked.length === 0
        ? "No guest was left behind to attach to."
        : `${guest === undefined ? "Several guests were left behind" : `There is no guest "${guest}"`}: say which with "guest": ${parked.join(", ")}.`,
    ),
  unknownData: (message: string) => new RequestError(1033, "unknownData", message),
  evaluation: (message: string) => new RequestError(1016, "evaluation", message, false),
  noProgram: () =>
    new RequestError(
      1017,
      "noProgram",
      'The launch configuration has no "program": give it the path of a scenario file (*.balloon.yaml).',
    ),
  unreadable: (program: string, why: string) =>
    new RequestError(1018, "unreadable", `Cannot read the scenario ${program}: ${why}.`),
  badScenario: (path: string, diagnostics: readonly Diagnostic[]) =>
    new RequestError(1019, "badScenario", diagnosticSummary(path, diagnostics)),
  internal: (command: string, cause: unknown) =>
    new RequestError(
      1020,
      "internal",
      `"${command}" failed inside the debugger: ${messageOf(cause)}`,
    ),
};

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** `file:line:col: error: message`, counted from 1, as compilers print it. */
export function diagnosticLine(path: string, diagnostic: Diagnostic): string {
  const { line, column } = diagnostic.range;
  return `${path}:${line + 1}:${column + 1}: ${diagnostic.severity}: ${diagnostic.message}`;
}

/** Enough for an error dialog; the debug console and the editor show the rest. */
const maxDialogLines = 5;

function diagnosticSummary(path: string, diagnostics: readonly Diagnostic[]): string {
  const found = diagnostics.filter((each) => each.severity === "error");
  const lines = found.slice(0, maxDialogLines).map((each) => diagnosticLine(path, each));
  if (found.length > maxDialogLines) lines.push(`… and ${found.length - maxDialogLines} more`);
  return lines.join("\n");
}

function show(value: unknown): string {
  if (value === undefined) return "left out";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
