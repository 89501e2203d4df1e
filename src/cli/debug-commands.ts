import { type Table, table } from "../dap/table.ts";
import {
  placeText,
  shortPath,
  sourceText,
  stackText,
  stopText,
  variableText,
} from "./debug-view.ts";
import type { Debugger, Resume } from "./debugger.ts";
import { Refusal } from "./in-process-client.ts";
import type { Terminal } from "./terminal.ts";
import { branches, seek, set, watch } from "./time-commands.ts";

/** What commands of a terminal session share. */
export interface CommandContext {
  readonly dbg: Debugger;
  readonly terminal: Terminal;
  /** Where `list` goes on; null: around the present line. */
  listFrom: number | null;
}

export interface DebugCommand {
  /** The first is the one that help shows; gdb's and kdb's spellings follow. */
  readonly names: readonly string[];
  readonly usage: string;
  readonly help: string;
  readonly run: (context: CommandContext, rest: string) => Promise<string>;
}

export const commands: readonly DebugCommand[] = [
  resuming("continue", ["continue", "c", "cont", "go", "g", "run", "r"], "run to the next stop"),
  resuming("next", ["next", "n"], "step over calls, COUNT times", "[COUNT]"),
  resuming("stepIn", ["step", "s", "ss"], "step into calls", "[COUNT]"),
  resuming("stepOut", ["finish", "out", "fin"], "run until the function returns"),
  resuming("stepBack", ["back", "b", "reverse-next", "rn"], "go back one statement", "[COUNT]"),
  resuming("reverseContinue", ["rc", "reverse-continue"], "go back to the previous stop"),
  resuming("balloon/reverseStepIn", ["rs", "reverse-step"], "go back, into calls", "[COUNT]"),
  resuming("balloon/reverseStepOut", ["rf", "reverse-finish"], "go back to the function's call"),
  {
    names: ["seek"],
    usage: "MOMENT",
    help: "go to a moment; seek alone tells how to name one",
    run: seek,
  },
  { names: ["set"], usage: "VAR = VALUE", help: "change a value; in the past, branch", run: set },
  { names: ["branches"], usage: "", help: "list the branches", run: branches },
  { names: ["restart"], usage: "", help: "begin the scenario again", run: restart },
  {
    names: ["break", "br", "bp"],
    usage: "FUNCTION | FILE:LINE [if EXPR]",
    help: "set a breakpoint",
    run: ({ dbg }, rest) => dbg.breakpoints.add(rest),
  },
  {
    names: ["watch", "wa"],
    usage: "EXPR [if EXPR]",
    help: "stop at each change of a value",
    run: watch,
  },
  {
    names: ["delete", "d", "bc"],
    usage: "[NUMBER]",
    help: "delete a breakpoint or watch, or all",
    run: remove,
  },
  {
    names: ["breakpoints", "bl"],
    usage: "",
    help: "list breakpoints and watches",
    run: async ({ dbg }) =>
      [dbg.breakpoints.describeAll(), ...dbg.watches.describeAll()].join("\n"),
  },
  {
    names: ["catch"],
    usage: "FILTER...",
    help: "stop at exceptions: oom-kill, oom-notify, ...",
    run: catchFilters,
  },
  {
    names: ["bt", "backtrace", "where"],
    usage: "",
    help: "show the stack",
    run: async ({ dbg }) => stackText(dbg),
  },
  {
    names: ["frame", "f"],
    usage: "NUMBER",
    help: "look at a frame of the stack",
    run: (context, rest) => frame(context, number(rest)),
  },
  {
    names: ["up"],
    usage: "",
    help: "look at the caller",
    run: (context) => frame(context, context.dbg.frameIndex + 1),
  },
  {
    names: ["down"],
    usage: "",
    help: "look at the callee",
    run: (context) => frame(context, context.dbg.frameIndex - 1),
  },
  {
    names: ["locals"],
    usage: "",
    help: "show the frame's variables",
    run: (context) => show(context, "Locals", ""),
  },
  { names: ["print", "p"], usage: "EXPR", help: "evaluate an expression", run: print },
  { names: ["threads"], usage: "", help: "list the threads", run: threads },
  { names: ["thread", "t"], usage: "NUMBER", help: "look at a thread", run: thread },
  {
    names: ["vmstat"],
    usage: "[PART]",
    help: "show /proc/vmstat",
    run: (context, rest) => show(context, "vmstat", rest),
  },
  { names: ["show"], usage: "[SCOPE]", help: "show a scope (Balloon, OOM, ...)", run: showScope },
  { names: ["sources"], usage: "", help: "list the source files", run: sources },
  { names: ["list", "l"], usage: "[LINE]", help: "show source lines", run: list },
  { names: ["info", "i"], usage: "b|threads|locals|stack", help: "as in gdb", run: info },
  { names: ["help", "h", "?"], usage: "", help: "show this", run: help },
  { names: ["quit", "q", "exit"], usage: "", help: "leave", run: quit },
];

/** The command of a name, or of an unambiguous beginning of one. */
export function findCommand(name: string): DebugCommand {
  const exact = commands.find((each) => each.names.includes(name));
  if (exact !== undefined) return exact;
  const near = commands.filter((each) => each.names.some((one) => one.startsWith(name)));
  if (near.length === 1) return near[0]!;
  throw new Refusal(
    near.length === 0
      ? `There is no command "${name}"; help lists them.`
      : `"${name}" may be ${near.map((each) => each.names[0]).join(", ")}.`,
  );
}

function resuming(
  command: Resume,
  names: readonly string[],
  help: string,
  usage = "",
): DebugCommand {
  return {
    names,
    usage,
    help,
    async run(context, rest) {
      const { dbg, terminal } = context;
      // In gdb `b` sets a breakpoint; whoever types `b fill_balloon` gets one.
      if (command === "stepBack" && /^\D/.test(rest)) return dbg.breakpoints.add(rest);
      const count = rest === "" ? 1 : number(rest);
      for (let done = 0; done < count; done++) {
        await dbg.resume(command);
        if (dbg.stopped?.reason !== "step") break;
      }
      context.listFrom = null;
      return stopText(dbg, terminal.paint);
    },
  };
}

async function restart(context: CommandContext): Promise<string> {
  await context.dbg.restart();
  context.listFrom = null;
  return stopText(context.dbg, context.terminal.paint);
}

async function remove({ dbg }: CommandContext, rest: string): Promise<string> {
  const id = rest === "" ? null : number(rest);
  const unwatched = await dbg.watches.remove(id);
  if (unwatched && id !== null) return `Deleted watch ${id}.`;
  return unwatched && dbg.breakpoints.empty ? "Deleted all watches." : dbg.breakpoints.remove(id);
}

async function catchFilters({ dbg }: CommandContext, rest: string): Promise<string> {
  const filters = rest.split(/[\s,]+/).filter((each) => each !== "");
  const answers = await dbg.catchExceptions(filters);
  const refused = answers.flatMap((each) => (each.verified ? [] : (each.message ?? "")));
  if (refused.length > 0) throw new Refusal(refused.join("\n"));
  return filters.length === 0 ? "Stops at no exceptions." : `Stops at ${filters.join(", ")}.`;
}

async function frame(context: CommandContext, index: number): Promise<string> {
  const { dbg, terminal } = context;
  if (index < 0) throw new Refusal("This is the innermost frame.");
  if (index >= dbg.frames.length) throw new Refusal(`The stack has ${dbg.frames.length} frames.`);
  dbg.frameIndex = index;
  context.listFrom = null;
  return placeText(dbg, terminal.paint);
}

async function print({ dbg }: CommandContext, rest: string): Promise<string> {
  if (rest === "") throw new Refusal("Say what: print EXPR.");
  const { result, variablesReference } = await dbg.evaluate(rest);
  if (variablesReference === 0) return result;
  const members = await dbg.children(variablesReference);
  return [result, ...members.map((each) => `  ${variableText(each)}`)].join("\n");
}

async function threads({ dbg }: CommandContext): Promise<string> {
  const all = await dbg.threads();
  return all
    .map(({ id, name }) => `${id === dbg.thread ? "*" : " "}${String(id).padStart(3)}  ${name}`)
    .join("\n");
}

async function thread(context: CommandContext, rest: string): Promise<string> {
  const { dbg, terminal } = context;
  await dbg.selectThread(number(rest));
  context.listFrom = null;
  return dbg.frames.length === 0 ? "This thread has no stack now." : placeText(dbg, terminal.paint);
}

async function showScope(context: CommandContext, rest: string): Promise<string> {
  if (rest !== "") return show(context, rest, "");
  return (await context.dbg.scopes()).map((each) => each.name).join("\n");
}

/** The members of a scope whose names contain `part`. */
async function show({ dbg }: CommandContext, name: string, part: string): Promise<string> {
  const scopes = await dbg.scopes();
  const scope = scopes.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (scope === undefined) {
    throw new Refusal(
      `There is no scope ${name} here, but ${scopes.map((each) => each.name).join(", ")}.`,
    );
  }
  const members = (await dbg.children(scope.variablesReference)).filter((each) =>
    each.name.includes(part),
  );
  return members.length === 0 ? "(nothing)" : members.map(variableText).join("\n");
}

async function sources({ dbg }: CommandContext): Promise<string> {
  return (await dbg.sources()).map(shortPath).join("\n");
}

/** Ten lines, then the ten after them. */
async function list(context: CommandContext, rest: string): Promise<string> {
  const { dbg, terminal } = context;
  const { source, line } = dbg.frame;
  const from = Math.max(1, rest === "" ? (context.listFrom ?? line - 5) : number(rest) - 5);
  context.listFrom = from + 10;
  const text = await sourceText(dbg, source, from, from + 9, terminal.paint);
  return text === "" ? "There are no more lines." : text;
}

async function info(context: CommandContext, rest: string): Promise<string> {
  const wanted = (["breakpoints", "threads", "locals", "bt"] as const).find(
    (name) => rest !== "" && (name.startsWith(rest) || (name === "bt" && "stack".startsWith(rest))),
  );
  if (wanted === undefined) throw new Refusal("info knows: breakpoints, threads, locals, stack.");
  return findCommand(wanted).run(context, "");
}

async function help({ terminal }: CommandContext): Promise<string> {
  const rows = commands.map(({ names, usage, help: text }) => [
    `${names[0]} ${usage}`.trimEnd(),
    names.slice(1, 4).join(", "),
    text,
  ]);
  const layout: Table = {
    head: ["command", "also", "what it does"],
    align: ["left", "left", "left"],
    rows,
    flexible: [2],
    width: terminal.columns,
    paint: terminal.paint,
  };
  return table(layout).join("\n");
}

async function quit({ dbg }: CommandContext): Promise<string> {
  await dbg.close();
  return "";
}

function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(`A number should stand here, not "${text}".`);
  return Number(text);
}
