import type { DebugProtocol } from "@vscode/debugprotocol";
import type { StatementView } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { errors } from "./errors.ts";
import type { Launched } from "./launched.ts";
import { readAddress } from "./memory-addresses.ts";
import type { Answer, Requests } from "./request-handler.ts";

/** Memory as bytes, and the statement table as instructions. */
export const memoryRequests: Requests = {
  readMemory: { when: "stopped", run: readMemory },
  writeMemory: { when: "stopped", run: writeMemory },
  disassemble: { when: "stopped", run: disassemble },
};

/** More at a time is a mistake of the client. */
const maxInstructions = 100_000;
/** A row of the statement table. */
const rowBytes = 16n;
const maxBytes = 1 << 20;

function readMemory({ session, memory }: Launched, args: Arguments): Answer {
  const address = readAddress(args, "memoryReference");
  const offset = args.optionalInteger("offset", -Number.MAX_SAFE_INTEGER) ?? 0;
  const count = args.integer("count");
  const { address: from, bytes, unreadable } = session.readMemory(address, offset, count);
  const data = toBase64(bytes);
  memory.wasRead(address, offset, Math.min(count, maxBytes), data);
  return {
    body: {
      address: from,
      ...(unreadable > 0 ? { unreadableBytes: unreadable } : {}),
      ...(bytes.length > 0 ? { data } : {}),
    },
  };
}

async function writeMemory(launched: Launched, args: Arguments): Promise<Answer> {
  const { session, debuggee } = launched;
  const address = readAddress(args, "memoryReference");
  const offset = args.optionalInteger("offset", -Number.MAX_SAFE_INTEGER) ?? 0;
  const all = fromBase64(args.string("data"));
  if (all === null) throw errors.badArgument("writeMemory", "data", "base64", args.string("data"));
  const readable = session.readMemory(address, offset, all.length).bytes.length;
  const bytes = args.flag("allowPartial") ? all.subarray(0, readable) : all;
  await debuggee.edit(() => session.writeMemory(address, offset, bytes));
  return {
    body: { offset, bytesWritten: bytes.length },
    after: () => debuggee.invalidate(["variables"]),
  };
}

/** As many rows as were asked for, whatever lies around the table. */
function disassemble({ session, sources, client }: Launched, args: Arguments): Answer {
  const address = BigInt(readAddress(args, "memoryReference"));
  const bytes = args.optionalInteger("offset", -Number.MAX_SAFE_INTEGER) ?? 0;
  const skipped = args.optionalInteger("instructionOffset", -Number.MAX_SAFE_INTEGER) ?? 0;
  const count = args.integer("instructionCount");
  if (count > maxInstructions) {
    const expected = `at most ${maxInstructions}`;
    throw errors.badArgument("disassemble", "instructionCount", expected, count);
  }
  const start = BigInt.asUintN(64, address + BigInt(bytes) + rowBytes * BigInt(skipped));
  const first = session.statementAt(written(start));
  const rows = first === null ? [] : session.statements(first, count);
  const found = new Map(rows.map((row) => [row.address, row]));
  let shown = "";
  const instructions = Array.from({ length: count }, (_, index) => {
    const at = written(start - (start % rowBytes) + rowBytes * BigInt(index));
    const row = found.get(at);
    if (row === undefined) return { address: at, ...noStatement };
    const { file } = row.place;
    const isNew = shown !== file.path;
    shown = file.path;
    return {
      address: at,
      instruction: row.text,
      instructionBytes: `#${row.index}`,
      symbol: symbolOf(row),
      ...(isNew ? { location: sources.toClient(file) } : {}),
      ...client.positions.toClient(row.place),
    };
  });
  return { body: { instructions } satisfies DebugProtocol.DisassembleResponse["body"] };
}

/** A row outside the table. */
const noStatement = {
  instruction: "no statement of the model",
  presentationHint: "invalid",
} as const;

/** `fill_balloon`, then `fill_balloon+0x10`, as in a call trace. */
function symbolOf({ function: name, offset }: StatementView): string {
  return offset === 0 ? name : `${name}+0x${offset.toString(16)}`;
}

/** Addresses wrap around, as those of a processor. */
function written(address: bigint): string {
  return `0x${BigInt.asUintN(64, address).toString(16)}`;
}
