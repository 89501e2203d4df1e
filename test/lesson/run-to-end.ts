/** A scenario's run to its end without a debugger, for what comes out. */
import { openScenario } from "../../src/dap/open.ts";
import type { RunResult } from "../../src/session/types.ts";

type Diagnostics = ReturnType<typeof openScenario>["diagnostics"];

export async function runToEnd(
  text: string,
  kernel?: string,
): Promise<{ readonly diagnostics: Diagnostics; readonly result: RunResult }> {
  const { session, diagnostics } = openScenario({
    text,
    path: "a.balloon.yaml",
    keepHistory: false,
    yield: () => Promise.resolve(),
    ...(kernel === undefined ? {} : { kernel }),
  });
  if (session === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const { reason } = await session.execute("continue");
  if (reason.kind !== "end") throw new Error(`it stopped: ${reason.kind}`);
  const result = session.result();
  session.dispose();
  return { diagnostics, result };
}
