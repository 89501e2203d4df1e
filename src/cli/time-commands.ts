import type { BranchesBody, SeekArguments } from "../dap/protocol.ts";
import { seconds } from "../dap/outcome.ts";
import { type Table, table } from "../dap/table.ts";
import type { CommandContext } from "./debug-commands.ts";
import { stopText } from "./debug-view.ts";
import type { Debugger } from "./debugger.ts";
import { Refusal } from "./in-process-client.ts";

const seekUsage = `Say where to:
  seek 2.5s                 to a time (ns, us, ms, s)
  seek DISPATCH:STATEMENT   to a mark
  seek branch NUMBER        to the end of a branch
  seek [back] when EXPR     to where it becomes true
  seek [back] change EXPR   to where its value changes`;

const nanoseconds: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

/** Goes to a time, a mark, a branch, or where something becomes true or changes. */
export async function seek(context: CommandContext, rest: string): Promise<string> {
  const { dbg, terminal } = context;
  await dbg.seek(await readTarget(dbg, rest.trim()));
  context.listFrom = null;
  return stopText(dbg, terminal.paint);
}

async function readTarget(dbg: Debugger, text: string): Promise<SeekArguments> {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,9})?) ?(ns|us|ms|s)$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return { time: Math.round(Number(amount) * nanoseconds[unit]!) };
  }
  const [, dispatch, statement] = /^(\d{1,12}):(\d{1,12})$/.exec(text) ?? [];
  if (dispatch !== undefined && statement !== undefined) {
    return { mark: { dispatch: Number(dispatch), statement: Number(statement) } };
  }
  const [, branch] = /^branch (\d{1,6})$/.exec(text) ?? [];
  if (branch !== undefined) return { branch: Number(branch) };
  const [, back, what, expression] = /^(back )?(when|change) (.+)$/.exec(text) ?? [];
  if (what === undefined || expression === undefined) throw new Refusal(seekUsage);
  const direction = back === undefined ? "forward" : "back";
  return what === "when"
    ? { condition: expression, direction }
    : { dataId: await dbg.watches.dataId(expression, dbg.frameId), direction };
}

/** `VAR = VALUE`, an edit. */
export async function set({ dbg }: CommandContext, rest: string): Promise<string> {
  const [, expression, value] = /^([^=]+?)\s*=(?!=)\s*(\S.*)$/.exec(rest.trim()) ?? [];
  if (expression === undefined || value === undefined) throw new Refusal("Write: set VAR = VALUE.");
  return `${expression} = ${await dbg.set(expression, value)}`;
}

export function watch({ dbg }: CommandContext, rest: string): Promise<string> {
  return dbg.watches.add(rest, dbg.frameId);
}

/** The branches that edits in the past have begun. */
export async function branches({ dbg, terminal }: CommandContext): Promise<string> {
  const body: BranchesBody = await dbg.branches();
  const rows = body.branches.map(({ id, parent, forkTime, endTime, description, current }) => [
    `${current ? "*" : " "}${id}`,
    parent === null ? "" : String(parent),
    parent === null ? "" : seconds(forkTime),
    seconds(endTime),
    description,
  ]);
  const layout: Table = {
    head: ["branch", "from", "at", "until", "edit"],
    align: ["right", "right", "right", "right", "left"],
    rows,
    flexible: [4],
    width: terminal.columns,
    paint: terminal.paint,
  };
  return table(layout).join("\n");
}
