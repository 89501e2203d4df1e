import type { Arguments } from "./arguments.ts";
import { Positions } from "./positions.ts";

/** What a client said of itself in `initialize`; all of it is optional in the protocol. */
export interface Client {
  readonly positions: Positions;
  readonly pathsAreUris: boolean;
  readonly showsTypes: boolean;
  readonly showsProgress: boolean;
  /** Hears that what it shows is out of date, and that memory has changed. */
  readonly takesInvalidated: boolean;
  readonly takesMemoryEvents: boolean;
  /** Draws escape codes in output. */
  readonly drawsAnsi: boolean;
  /** Offers the access type `write` as "Break on Value Change". */
  readonly callsWriteChange: boolean;
}

export function readClient(args: Arguments): Client {
  return {
    positions: new Positions(args.flag("linesStartAt1", true), args.flag("columnsStartAt1", true)),
    pathsAreUris: args.optionalString("pathFormat") === "uri",
    showsTypes: args.flag("supportsVariableType"),
    showsProgress: args.flag("supportsProgressReporting"),
    takesInvalidated: args.flag("supportsInvalidatedEvent"),
    takesMemoryEvents: args.flag("supportsMemoryEvent"),
    drawsAnsi: args.flag("supportsANSIStyling"),
    callsWriteChange: args.optionalString("clientID") === "vscode",
  };
}
