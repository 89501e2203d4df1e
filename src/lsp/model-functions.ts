/** Functions of the simulated kernel that a scenario speaks of, in comments and texts. */
import type { Location } from "vscode-languageserver";
import { driverOf } from "../scenario/kernels.ts";
import type { ScenarioDocument } from "./document.ts";
import type { ModelFunction } from "./protocol.ts";

/** Several generations of the driver have the same functions; the scenario's own comes first. */
export function inOrder(
  functions: readonly ModelFunction[],
  document: ScenarioDocument,
): ModelFunction[] {
  const driver = document.entry(["guest", "driver"])?.text ?? driverOf(document.kernel);
  const own = `/${driver.replace(/^v?/, "v").replace(".", "_")}.`;
  const rank = ({ path }: ModelFunction): number =>
    path.includes(own) ? 0 : /\/v\d+_\d+\./.test(path) ? 2 : 1;
  return functions.toSorted((a, b) => rank(a) - rank(b));
}

export function describe([first, ...others]: readonly ModelFunction[]): string | null {
  if (first === undefined) return null;
  const also = others.map(({ path }) => `\`${path}\``).join(", ");
  return (
    `**${first.name}** in \`${first.path}\`` +
    (first.doc === "" ? "" : `\n\n${first.doc}`) +
    (also === "" ? "" : `\n\nAlso in ${also}`)
  );
}

export function locationOf({ path, line }: ModelFunction): Location {
  const start = { line, character: 0 };
  return { uri: `balloon-model:/${path}`, range: { start, end: start } };
}
