import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Paint } from "../dap/table.ts";
import type { Debugger } from "./debugger.ts";

/** Lines shown before and after the one where the guest stands. */
const around = 3;

/** Why and where the guest stopped, with the lines around. */
export async function stopText(dbg: Debugger, paint: Paint): Promise<string> {
  const { stopped } = dbg;
  if (stopped === null) return "The session has ended.\n";
  const threads = await dbg.threads();
  const name =
    threads.find((each) => each.id === stopped.threadId)?.name ?? `thread ${stopped.threadId}`;
  const hits = (stopped.hitBreakpointIds ?? []).join(", ");
  const why =
    stopped.description ?? (hits === "" ? `Stopped: ${stopped.reason}` : `Breakpoint ${hits}`);
  const time = `${(stopped.virtualTime / 1e9).toFixed(6)} s`;
  const lines = [`${paint.bold(why)} · ${name} · ${time}`];
  if (stopped.reason === "exception") {
    const { description, details } = await dbg.exceptionInfo();
    lines.push(description ?? "", details?.stackTrace ?? "");
  } else if (stopped.text !== undefined && stopped.text !== why) {
    lines.push(stopped.text);
  }
  if (dbg.frames.length > 0) lines.push(await placeText(dbg, paint));
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}

/** The selected frame with its source lines. */
export async function placeText(dbg: Debugger, paint: Paint): Promise<string> {
  const { frame } = dbg;
  const first = Math.max(1, frame.line - around);
  const excerpt = await sourceText(dbg, frame.source, first, frame.line + around, paint);
  return `${frameText(frame, dbg.frameIndex)}\n${excerpt}`;
}

/** Lines `from` to `to` of a source, counted from 1, the present one marked. */
export async function sourceText(
  dbg: Debugger,
  source: DebugProtocol.Source | undefined,
  from: number,
  to: number,
  paint: Paint,
): Promise<string> {
  if (source === undefined) return "";
  const lines = await dbg.sourceLines(source);
  const current = dbg.frames[dbg.frameIndex];
  const here = current?.source?.path === source.path ? current?.line : undefined;
  const numbers = Array.from(
    { length: Math.max(0, Math.min(to, lines.length) - from + 1) },
    (_, index) => from + index,
  );
  return numbers
    .map((number) => {
      const text = `${String(number).padStart(5)}  ${lines[number - 1]}`;
      return number === here
        ? paint.bold(`->${text}`)
        : `  ${paint.dim(text.slice(0, 5))}${text.slice(5)}`;
    })
    .join("\n");
}

export function stackText(dbg: Debugger): string {
  if (dbg.frames.length === 0) return "No stack.";
  return dbg.frames
    .map((frame, index) => `${index === dbg.frameIndex ? "*" : " "}${frameText(frame, index)}`)
    .join("\n");
}

export function variableText({ name, value, type }: DebugProtocol.Variable): string {
  return `${name} = ${value}${type === undefined ? "" : `  (${type})`}`;
}

function frameText(frame: DebugProtocol.StackFrame, index: number): string {
  return `#${index} ${frame.name} at ${shortPath(frame.source)}:${frame.line}`;
}

/** A model source as the model names it, wherever it lies. */
export function shortPath(source: DebugProtocol.Source | undefined): string {
  const path = source?.path ?? source?.name ?? "?";
  return /\/src\/model\/(.+)$/.exec(path)?.[1] ?? path;
}
