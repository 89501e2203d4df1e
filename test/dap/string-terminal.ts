import { plain } from "../../src/dap/table.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal that keeps what is written to it. */
export class StringTerminal implements Terminal {
  stdout = "";
  stderr = "";
  readonly errIsTerminal = false;
  readonly columns = 80;
  readonly paint = plain;
  readonly errPaint = plain;

  readonly out = (text: string): void => {
    this.stdout += text;
  };

  readonly err = (text: string): void => {
    this.stderr += text;
  };
}
