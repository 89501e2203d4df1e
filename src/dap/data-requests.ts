import type { DebugProtocol } from "@vscode/debugprotocol";
import type { DataAccess, DataBreakpointInfo, DataBreakpointRequest } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { answered, modeOf, refinements } from "./breakpoint-requests.ts";
import type { WithMode } from "./breakpoints.ts";
import { thresholdOf } from "./crossings.ts";
import { errors } from "./errors.ts";
import type { Launched } from "./launched.ts";
import type { Answer, Requests } from "./request-handler.ts";

/** Breakpoints on values: a variable, an expression, or a range of memory. */
export const dataRequests: Requests = {
  dataBreakpointInfo: { when: "launched", run: dataBreakpointInfo },
  setDataBreakpoints: { when: "launched", run: setDataBreakpoints },
  "balloon/setThresholds": { when: "launched", run: setThresholds },
};

/** The protocol has no name for the last, which is also what is meant when none is said. */
const accesses: readonly DataAccess[] = ["read", "write", "readWrite", "change"];
/** Marks the id of several values that are watched as one. */
const several = "several:";
/** A struct page has six; more than a few pages at once would be slow. */
const maxCells = 64;

/** What global names stand for can be asked while the guest runs. */
function dataBreakpointInfo(launched: Launched, args: Arguments): Answer {
  const { session, inspector, debuggee } = launched;
  const name = args.string("name");
  const isGlobal = !args.has("variablesReference") && !args.has("frameId");
  if (debuggee.running && !isGlobal) throw errors.notStopped(args.command);
  if (args.flag("asAddress")) return { body: atAddress(launched, args, name) };
  const info = args.has("variablesReference")
    ? session.dataBreakpointInfo({ ref: inspector.reference(args), name })
    : session.dataBreakpointInfo({ expression: name, frame: inspector.optionalFrame(args) });
  return { body: toClient(info) };
}

/** The values that lie in a range of bytes. */
function atAddress(
  { session }: Launched,
  args: Arguments,
  address: string,
): DebugProtocol.DataBreakpointInfoResponse["body"] {
  if (!/^(?:0x[0-9a-f]{1,16}|\d{1,19})$/i.test(address)) {
    throw errors.badAddress(args.command, address);
  }
  const count = args.optionalInteger("bytes", 1) ?? 1;
  const cells = session.memoryCells(address, 0, Math.min(count, 64 * maxCells));
  if (cells.length === 0) {
    return { dataId: null, description: `Nothing at ${address} could be watched.` };
  }
  if (cells.length > maxCells) {
    return { dataId: null, description: `More than ${maxCells} values lie in these bytes.` };
  }
  const infos = cells.map((expression) => session.dataBreakpointInfo({ expression, frame: null }));
  const [first] = infos;
  const refused = infos.find((each) => each.dataId === null);
  if (refused !== undefined || first === undefined) return toClient(refused ?? first!);
  if (infos.length === 1) return toClient(first);
  return {
    dataId: several + JSON.stringify(infos.map((each) => each.dataId)),
    description: `${count} bytes at ${address}: ${infos.map((each) => each.description).join(", ")}`,
    accessTypes: accessTypes(first.access),
    canPersist: infos.every((each) => each.canPersist),
  };
}

function toClient(info: DataBreakpointInfo): DebugProtocol.DataBreakpointInfoResponse["body"] {
  const { dataId, description, access, canPersist } = info;
  return dataId === null
    ? { dataId, description }
    : { dataId, description, accessTypes: accessTypes(access), canPersist };
}

/** As the protocol names them: where a value has no place, to write it is to change it. */
function accessTypes(all: readonly DataAccess[]): DebugProtocol.DataBreakpointAccessType[] {
  return all.includes("write") ? ["read", "write", "readWrite"] : ["write"];
}

function setDataBreakpoints(launched: Launched, args: Arguments): Answer {
  const { client } = launched;
  const wanted = args.each("breakpoints", (each): WithMode<readonly DataBreakpointRequest[]> => {
    const asked = each.optionalOneOf("accessType", accesses) ?? "change";
    const access = asked === "write" && client.callsWriteChange ? "change" : asked;
    const rest = refinements(each);
    const request = idsIn(each).map((dataId) => ({ dataId, access, ...rest }));
    return { ...modeOf(each), request };
  });
  const { breakpoints } = launched;
  return answered(launched, wanted, (usable) => breakpoints.setData(launched, "data", usable));
}

/** Beside the data breakpoints, which an editor replaces whenever its own change. */
function setThresholds(launched: Launched, args: Arguments): Answer {
  const { breakpoints, session } = launched;
  const wanted = args.each("thresholds", (each): WithMode<readonly DataBreakpointRequest[]> => {
    const name = each.string("name").trim();
    const threshold = thresholdOf(session, name, each.string("condition"), refinements(each));
    return { ...modeOf(each), request: [threshold] };
  });
  return answered(launched, wanted, (usable) =>
    breakpoints.setData(launched, "thresholds", usable),
  );
}

function idsIn(args: Arguments): readonly string[] {
  const dataId = args.string("dataId");
  if (!dataId.startsWith(several)) return [dataId];
  const ids = parsed(dataId.slice(several.length));
  const areIds = Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === "string");
  return areIds ? (ids as readonly string[]) : [dataId];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
