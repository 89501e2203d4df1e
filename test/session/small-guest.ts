/** A guest in which everything happens within 200 ms of its time: what session tests look at. */
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import type { BreakpointRequest, Stop, ValueView } from "../../src/session/types.ts";

/** A reader that fills memory, and a balloon against it; `rest` of the timeline and of the file. */
export function smallGuest(rest: string): string {
  return `name: small
guest:
  memory: 128MiB
  cpus: 2
  kernel: v5.7
  files: { big: 20MiB }
device:
  features: [stats-vq, deflate-on-oom]
costs: hardware
timeline:
  - run: cat big --loop
    name: reader
  - wait: 20ms
  - balloon: 30MiB
  - wait-until: balloon.reached
    timeout: 2s
${rest}`;
}

const UNTIL_OOM = smallGuest(`  - kill: reader
  - run: memhog 70MiB
  - wait: 100ms
`);

export interface Opening {
  readonly text?: string;
  readonly kernel?: string;
  readonly historyBytes?: number;
}

/** A session that stands before the guest's first statement. */
export function open({ text = UNTIL_OOM, kernel, historyBytes = 1 << 28 }: Opening = {}): Session {
  const options = kernel === undefined ? {} : { kernel };
  const { scenario, diagnostics } = parseScenario(text, "small.balloon.yaml", options);
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  return Session.create(scenario, { image, historyBytes });
}

/** A breakpoint that always stops, but for what `extra` says. */
export function breakpoint(
  at: BreakpointRequest["at"],
  extra: Partial<BreakpointRequest> = {},
): BreakpointRequest {
  return { at, condition: null, hitCondition: null, logMessage: null, ...extra };
}

export function inFunction(
  name: string,
  extra: Partial<BreakpointRequest> = {},
): BreakpointRequest {
  return breakpoint({ kind: "function", name }, extra);
}

/** Runs until a thread enters the function; no breakpoint is left behind. */
export async function stopIn(session: Session, name: string): Promise<Stop> {
  session.setFunctionBreakpoints([inFunction(name)]);
  const stop = await session.execute("continue");
  session.setFunctionBreakpoints([]);
  return stop;
}

export function stack(session: Session, { thread }: Stop): string[] {
  return session.stack(thread, 0, 99).frames.map(({ name }) => name);
}

export function topFrame(session: Session): number {
  return session.stack(session.stop!.thread, 0, 1).frames[0]!.id;
}

export function number(session: Session, text: string, frame: number | null = null): number {
  return Number.parseInt(session.evaluate(text, frame).value!.value, 10);
}

/** Children of a scope of the innermost frame. */
export function scope(session: Session, name: string): readonly ValueView[] {
  const found = session.scopes(topFrame(session)).find((each) => each.name === name)!;
  return session.children(found.ref, 0, 10_000);
}

export function child(session: Session, of: ValueView, name: string): ValueView {
  return session.children(of.ref, 0, 10_000).find((each) => each.name === name)!;
}
