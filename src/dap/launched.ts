import type { SessionApi, Stop } from "../session/types.ts";
import type { Breakpoints } from "./breakpoints.ts";
import type { Client } from "./client.ts";
import { Debuggee, type Emit } from "./debuggee.ts";
import { diagnosticLine, errors, messageOf } from "./errors.ts";
import type { AdapterHost, Opened } from "./host.ts";
import { Inspector } from "./inspector.ts";
import { MemoryWatch } from "./memory-watch.ts";
import type { ParkedGuest } from "./parking.ts";
import type { LaunchArguments } from "./protocol.ts";
import { Sources } from "./sources.ts";

/** A launched scenario with everything that answers questions about it. A restart makes another. */
export interface Launched {
  readonly session: SessionApi;
  readonly places: Opened["places"];
  readonly client: Client;
  readonly launch: LaunchArguments;
  readonly sources: Sources;
  readonly inspector: Inspector;
  readonly breakpoints: Breakpoints;
  readonly memory: MemoryWatch;
  readonly debuggee: Debuggee;
  readonly emit: Emit;
  /** Leaves the guest to whoever attaches next; it stays where it is, or runs on without stops. */
  readonly park: (suspended: boolean) => Promise<Omit<ParkedGuest, "name">>;
}

export interface LaunchContext {
  readonly host: AdapterHost;
  readonly client: Client;
  readonly breakpoints: Breakpoints;
  readonly emit: Emit;
  readonly onEnd: (exitCode: number | null) => void;
}

/** What a client is given: a guest that was booted for it, or one that was left behind. */
type Guest = Omit<ParkedGuest, "name" | "atRest">;

/** Reads, parses and boots a scenario. Rejects with a `RequestError` when it cannot. */
export async function launch(launch: LaunchArguments, context: LaunchContext): Promise<Launched> {
  const { host, emit } = context;
  const text = launch.text ?? (await read(host, launch.program));
  const pump: { now: () => void } = { now: () => {} };
  const opened = host.open({
    text,
    path: launch.program,
    ...(launch.kernel === undefined ? {} : { kernel: launch.kernel }),
    ...(launch.seed === undefined ? {} : { seed: launch.seed }),
    ...(launch.variant === undefined ? {} : { variant: launch.variant }),
    keepHistory: launch.noDebug !== true,
    yield: () => {
      pump.now();
      return host.yield();
    },
  });
  const session = accepted(launch.program, opened, emit);
  // Without debugging nothing else may stop the run, but a broken model must not look like success.
  if (launch.noDebug === true) session.setExceptionFilters(["invariant"]);
  return withClient({ session, launch, text, places: opened.places, pump }, context);
}

/** Takes over a guest that was left behind, and stops it if it runs. */
export async function attach(guest: ParkedGuest, context: LaunchContext): Promise<Launched> {
  if (guest.session.running) guest.session.pause();
  await guest.atRest;
  return withClient(guest, context);
}

function withClient(guest: Guest, context: LaunchContext): Launched {
  const { session, launch, text, places, pump } = guest;
  const { host, client, breakpoints, emit } = context;
  const { program, linuxTree } = launch;
  const { pathsAreUris } = client;
  const sources = new Sources({ session, host, program, text, pathsAreUris, linuxTree });
  const inspector = new Inspector({ session, sources, client });
  const memory = new MemoryWatch(session, emit);
  const debuggee = new Debuggee({
    session,
    breakpoints,
    client,
    emit,
    noDebug: launch.noDebug ?? false,
    onEnd: context.onEnd,
    onChange: () => {
      if (client.takesMemoryEvents) memory.tell();
    },
  });
  pump.now = () => debuggee.pump();
  const park: Launched["park"] = async (suspended) => {
    await debuggee.leave();
    pump.now = () => void session.takeOutput();
    breakpoints.removeFrom(session);
    const ended = session.stop?.reason.kind === "end";
    const atRest: Promise<Stop | null> =
      suspended || ended ? Promise.resolve(null) : session.execute("continue");
    // A guest that fails while nobody watches is found broken by whoever attaches.
    return { session, launch, text, places, pump, atRest: atRest.catch(() => null) };
  };
  return { ...context, session, places, launch, sources, inspector, memory, debuggee, park };
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
