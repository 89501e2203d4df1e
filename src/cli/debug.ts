import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { messageOf } from "../dap/errors.ts";
import type { AdapterHost } from "../dap/host.ts";
import { type CommandContext, findCommand } from "./debug-commands.ts";
import { stopText } from "./debug-view.ts";
import { Debugger } from "./debugger.ts";
import { renderDiagnostic } from "./diagnostics.ts";
import { Refusal } from "./in-process-client.ts";
import { exitCodes } from "./run.ts";
import type { Terminal } from "./terminal.ts";

const prompt = "(balloon) ";

export interface DebugOptions {
  readonly file: string;
  /** `FUNCTION` or `FILE:LINE`. With any the guest runs to its first stop at once. */
  readonly breakpoints: readonly string[];
  readonly kernel?: string;
  readonly seed?: number;
  readonly variant?: string;
}

export interface DebugHost {
  readonly host: AdapterHost;
  readonly terminal: Terminal;
  readonly input: Readable;
  readonly output: Writable;
  /** A person types: show prompts, take Ctrl-C, repeat the last command at an empty line. */
  readonly interactive: boolean;
  /** Calls back at Ctrl-C; returns how to stop listening. */
  readonly onInterrupt: (callback: () => void) => () => void;
}

/** `balloon debug`: a debugger session on a terminal, or on a script. Returns the exit code. */
export async function debug(options: DebugOptions, environment: DebugHost): Promise<number> {
  const { terminal } = environment;
  const { file, breakpoints, ...overrides } = options;
  const scenarioText = await readOrComplain(file, environment);
  if (scenarioText === null) return exitCodes.unusable;
  const dbg = new Debugger({
    host: showingDiagnostics(environment, file, scenarioText),
    launch: { program: file, text: scenarioText, ...overrides },
    scenarioText,
    onOutput: terminal.out,
  });
  try {
    await dbg.start();
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    await dbg.close();
    return exitCodes.unusable;
  }
  try {
    await converse(dbg, breakpoints, environment);
  } finally {
    await dbg.close();
  }
  return exitCodes.holds;
}

async function readOrComplain(file: string, { host, terminal }: DebugHost): Promise<string | null> {
  try {
    return await host.readText(file);
  } catch (cause) {
    terminal.err(`${file}: error: cannot be read: ${messageOf(cause)}\n`);
    return null;
  }
}

function showingDiagnostics(
  { host, terminal }: DebugHost,
  file: string,
  text: string,
): AdapterHost {
  return {
    ...host,
    open(request) {
      const opened = host.open(request);
      for (const each of opened.diagnostics)
        terminal.err(renderDiagnostic(file, text, each, terminal.errPaint));
      return opened;
    },
  };
}

async function converse(
  dbg: Debugger,
  breakpoints: readonly string[],
  environment: DebugHost,
): Promise<void> {
  const { terminal, input, output, interactive } = environment;
  const lines = createInterface({ input, output, prompt, terminal: interactive });
  // From here on lines are kept until they are asked for; later ones would be lost.
  const typedLines = lines[Symbol.asyncIterator]();
  const interrupt = (): void => {
    if (dbg.stopped === null) return dbg.interrupt();
    if (!interactive) return lines.close();
    terminal.out('\nType "quit" to leave.\n');
    lines.prompt();
  };
  lines.on("SIGINT", interrupt);
  const stopListening = environment.onInterrupt(interrupt);
  const context: CommandContext = { dbg, terminal, listFrom: null };
  try {
    for (const each of breakpoints) await perform(context, `break ${each}`);
    if (breakpoints.length > 0) await perform(context, "continue");
    else terminal.out(await stopText(dbg, terminal.paint));
    if (interactive) lines.prompt();
    let last = "";
    for await (const line of typedLines) {
      const typed = line.trim();
      // A script's transcript reads like a conversation.
      if (!interactive && typed !== "") terminal.out(`${prompt}${typed}\n`);
      last = typed === "" && interactive ? last : typed;
      await perform(context, last);
      if (dbg.ended) return;
      if (interactive) lines.prompt();
    }
  } finally {
    stopListening();
    lines.close();
  }
}

/** Carries out one line; a refusal is told and changes nothing. */
async function perform(context: CommandContext, line: string): Promise<void> {
  const { terminal } = context;
  const [name = "", ...rest] = line.split(/\s+/);
  if (name === "" || name.startsWith("#")) return;
  try {
    const text = await findCommand(name).run(context, rest.join(" "));
    if (text !== "") terminal.out(text.endsWith("\n") ? text : `${text}\n`);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    terminal.out(`${cause.message}\n`);
  }
}
