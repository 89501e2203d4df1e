import type { CodeLens, Command } from "vscode-languageserver";
import type { ScenarioDocument } from "./document.ts";

/** Commands that the extension registers; other editors do not know them and get no lenses. */
export const LENSES = [
  { title: "$(play) Run", command: "balloon.runScenario" },
  { title: "$(debug-alt) Debug", command: "balloon.debugScenario" },
  { title: "$(git-compare) Compare kernels", command: "balloon.compareKernels" },
] as const;

export const MATRIX_LENS = {
  title: "$(git-compare) Compare variants",
  command: "balloon.compareVariants",
} as const;

/** Above the first line that is no comment, and above a matrix. */
export function codeLenses(document: ScenarioDocument): CodeLens[] {
  const first = document.outline.entries[0];
  if (first === undefined) return [];
  const at = ({ start }: { readonly start: number }, lens: Command): CodeLens => ({
    range: document.range({ start, end: start }),
    command: { ...lens, arguments: [document.uri] },
  });
  const matrix = document.entry(["matrix"]);
  return [
    ...LENSES.map((lens) => at(first, lens)),
    ...(matrix === undefined || matrix === null ? [] : [at(matrix, MATRIX_LENS)]),
  ];
}
