import type { Breakpoints } from "./breakpoints.ts";
import type { Client } from "./client.ts";
import { Debuggee, type Emit } from "./debuggee.ts";
import { diagnosticLine, errors, messageOf } from "./errors.ts";
import type { AdapterHost, Opened } from "./host.ts";
import { Inspector } from "./inspector.ts";
import type { LaunchArguments } from "./protocol.ts";
import { Sources } from "./sources.ts";
import type { SessionApi } from "../session/types.ts";

/** A launched scenario with everything that answers questions about it. A restart makes another. */
export interface Launched {
  readonly session: SessionApi;
  readonly places: Opened["places"];
  readonly client: Client;
  readonly launch: LaunchArguments;
  readonly sources: Sources;
  readonly inspector: Inspector;
  readonly breakpoints: Breakpoints;
  readonly debuggee: Debuggee;
}

export interface LaunchContext {
  readonly host: AdapterHost;
  readonly client: Client;
  readonly breakpoints: Breakpoints;
  readonly emit: Emit;
  readonly onEnd: (exitCode: number | null) => void;
}

/** Reads, parses and boots a scenario. Rejects with a `RequestError` when it cannot. */
export async function launch(launch: LaunchArguments, context: LaunchContext): Promise<Launched> {
  const { host, client, breakpoints, emit } = context;
  const text = launch.text ?? (await read(host, launch.program));
  const pump: { now: () => void } = { now: () => {} };
  const opened = host.open({
    text,
    path: launch.program,
    ...(launch.kernel === undefined ? {} : { kernel: launch.kernel }),
    ...(launch.seed === undefined ? {} : { seed: launch.seed }),
    keepHistory: launch.noDebug !== true,
    yield: () => {
      pump.now();
      return host.yield();
    },
  });
  const session = accepted(launch.program, opened, emit);
  // Without debugging nothing else may stop the run, but a broken model must not look like success.
  if (launch.noDebug === true) session.setExceptionFilters(["invariant"]);
  const sources = new Sources(session, host, launch.program, client.pathsAreUris);
  const inspector = new Inspector({ session, sources, client });
  const debuggee = new Debuggee({
    session,
    breakpoints,
    emit,
    noDebug: launch.noDebug ?? false,
    showProgress: client.showsProgress,
    onEnd: context.onEnd,
  });
  pump.now = () => debuggee.pump();
  return {
    session,
    places: opened.places,
    client,
    launch,
    sources,
    inspector,
    breakpoints,
    debuggee,
  };
}

async function read(host: AdapterHost, program: string): Promise<string> {
  try {
    return await host.readText(program);
  } catch (cause) {
    throw errors.unreadable(program, messageOf(cause));
  }
}

/** The session, or an error with what is wrong; all diagnostics go to the debug console too. */
function accepted(path: string, { session, diagnostics }: Opened, emit: Emit): SessionApi {
  for (const diagnostic of diagnostics) {
    const category = diagnostic.severity === "error" ? "stderr" : "console";
    emit("output", { category, output: `${diagnosticLine(path, diagnostic)}\n` });
  }
  if (session === null) throw errors.badScenario(path, diagnostics);
  return session;
}
