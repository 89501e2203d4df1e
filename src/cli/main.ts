import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { messageOf } from "../dap/errors.ts";
import { nodeHost, readText, yieldToInput } from "../dap/node-host.ts";
import { openScenario } from "../dap/open.ts";
import { serveStdio } from "../dap/stdio.ts";
import { serveTcp } from "../dap/tcp.ts";
import { serveLanguageOnStdio } from "../lsp/stdio.ts";
import { debug, type DebugHost } from "./debug.ts";
import { modelFunctions } from "./model-functions.ts";
import { exitCodes, run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

/** The `balloon` command. Sets the exit code and lets the process end by itself. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("balloon")
    .description("Run and debug a simulated Linux guest's memory: virtio-balloon, reclaim, OOM.")
    .version(version())
    .showHelpAfterError("(balloon --help lists the commands)")
    .exitOverride();

  program
    .command("run")
    .description("run scenarios and check what they expect")
    .argument("<file...>", "scenarios (*.balloon.yaml)")
    .option(
      "-k, --kernel <version>",
      "guest kernel instead of the file's; repeat or use commas for several",
      list,
    )
    .option("-s, --seed <number>", "seed instead of the file's", wholeNumber)
    .option("--json", "print one JSON object per run, one a line")
    .option("--plot", "draw the run's memory over time")
    .addHelpText("after", "\nExit code: 0 all expectations hold, 1 some do not, 2 unusable input.")
    .action(
      async (
        files: string[],
        options: { kernel?: string[]; seed?: number; json?: true; plot?: true },
      ) => {
        const { kernel: kernels = [], json = false, plot = false, ...rest } = options;
        process.exitCode = await run(
          { files, kernels, json, plot, ...rest },
          {
            terminal: processTerminal(),
            readText,
            open: openScenario,
            yield: yieldToInput,
            onInterrupt,
          },
        );
      },
    );

  program
    .command("debug")
    .description("debug a scenario in the terminal; type help for its commands")
    .argument("<file>", "scenario (*.balloon.yaml)")
    .option("-b, --break <function>", "stop in a function, or at FILE:LINE; may be repeated", list)
    .option("-k, --kernel <version>", "guest kernel instead of the file's")
    .option("-s, --seed <number>", "seed instead of the file's", wholeNumber)
    .option("--variant <name>", "which run of a matrix, as `v4.19, 1GiB`; else the first")
    .action(async (file: string, options: DebugFlags) => {
      const { break: breakpoints = [], ...rest } = options;
      process.exitCode = await debug({ file, breakpoints, ...rest }, debugHost());
    });

  program
    .command("dap")
    .description("serve the Debug Adapter Protocol, for editors")
    .option("--stdio", "on standard input and output (the default)")
    .option(
      "-p, --port <number>",
      "on a TCP port of the loopback interface; 0 takes a free one",
      portNumber,
    )
    .action(async (options: { stdio?: true; port?: number }, command: Command) => {
      if (options.port === undefined) return serveStdio();
      if (options.stdio === true) command.error("error: --stdio and --port exclude each other");
      await serveUntilInterrupt(options.port);
    });

  program
    .command("lsp")
    .description("serve the Language Server Protocol for scenarios, for editors")
    .option("--stdio", "on standard input and output (the default)")
    // Clients add it to every server; the process id also comes with `initialize`.
    .addOption(new Option("--clientProcessId <pid>").hideHelp())
    .action(() => serveLanguageOnStdio({ modelFunctions }));

  try {
    await program.parseAsync(argv);
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    // Commander has printed its message; help and version end with 0.
    process.exitCode = cause.exitCode === 0 ? 0 : exitCodes.unusable;
  }
}

interface DebugFlags {
  readonly break?: readonly string[];
  readonly kernel?: string;
  readonly seed?: number;
  readonly variant?: string;
}

function debugHost(): DebugHost {
  const { stdin, stdout } = process;
  const terminal = processTerminal();
  return {
    host: nodeHost(),
    terminal,
    input: stdin,
    output: stdout,
    interactive: stdin.isTTY,
    onInterrupt: onEachInterrupt,
  };
}

async function serveUntilInterrupt(port: number): Promise<void> {
  const log = (sentence: string): void => void process.stderr.write(`balloon dap: ${sentence}\n`);
  try {
    const server = await serveTcp(port, log);
    log(`listening on 127.0.0.1:${server.port}`);
    onInterrupt(() => void server.close());
  } catch (cause) {
    log(`cannot listen on port ${port}: ${messageOf(cause)}`);
    process.exitCode = exitCodes.unusable;
  }
}

/** Once: a second Ctrl-C ends the process as it would anyway. */
function onInterrupt(callback: () => void): () => void {
  process.once("SIGINT", callback);
  return () => void process.off("SIGINT", callback);
}

/** Every Ctrl-C of a session stops the guest; quit ends the process. */
function onEachInterrupt(callback: () => void): () => void {
  process.on("SIGINT", callback);
  return () => void process.off("SIGINT", callback);
}

function list(value: string, previous: readonly string[] = []): string[] {
  return [...previous, ...value.split(",").filter((each) => each !== "")];
}

function wholeNumber(value: string): number {
  if (!/^\d{1,15}$/.test(value))
    throw new InvalidArgumentError("It must be a whole number from 0.");
  return Number(value);
}

function portNumber(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65535) {
    throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  }
  return Number(value);
}

function version(): string {
  const manifest = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  return manifest.version;
}

/** A reader that has seen enough (`balloon run ... | head`) is no error. */
process.stdout.on("error", (cause: NodeJS.ErrnoException) => {
  if (cause.code === "EPIPE") process.exit(0);
  throw cause;
});

main(process.argv).catch((cause: unknown) => {
  process.stderr.write(
    `balloon: internal error: ${cause instanceof Error ? cause.stack : String(cause)}\n`,
  );
  process.exitCode = exitCodes.internal;
});
