import { coloured, plain, type Paint } from "../dap/table.ts";

/** Where a command reads and writes; tests pass strings instead of a process. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches standard error, so that a line may be written over. */
  readonly errIsTerminal: boolean;
  /** Columns of standard output, 80 when it is no terminal. */
  readonly columns: number;
  readonly paint: Paint;
  readonly errPaint: Paint;
}

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    errIsTerminal: stderr.isTTY,
    columns: Math.max(60, stdout.isTTY ? stdout.columns : 80),
    paint: stdout.isTTY && wantsColour() ? coloured : plain,
    errPaint: stderr.isTTY && wantsColour() ? coloured : plain,
  };
}

/** https://no-color.org: set to anything but the empty string, it means no colour. */
function wantsColour(): boolean {
  return (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb";
}
