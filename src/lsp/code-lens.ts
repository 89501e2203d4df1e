import type { CodeLens } from "vscode-languageserver";
import type { ScenarioDocument } from "./document.ts";

/** Commands that the extension registers; other editors do not know them and get no lenses. */
export const LENSES = [
  { title: "$(play) Run", command: "balloon.runScenario" },
  { title: "$(debug-alt) Debug", command: "balloon.debugScenario" },
  { title: "$(git-compare) Compare kernels", command: "balloon.compareKernels" },
] as const;

/** Above the first line that is no comment. */
export function codeLenses(document: ScenarioDocument): CodeLens[] {
  const first = document.outline.entries[0];
  if (first === undefined) return [];
  const range = document.range({ start: first.start, end: first.start });
  return LENSES.map((lens) => ({ range, command: { ...lens, arguments: [document.uri] } }));
}
