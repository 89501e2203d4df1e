import { InlayHintKind, type InlayHint, type Range } from "vscode-languageserver";
import { driverOf } from "../scenario/kernels.ts";
import { hintFor } from "./amounts.ts";
import type { ScenarioDocument } from "./document.ts";
import { kernelNamed } from "./kernel-of.ts";
import type { Token } from "./tokens.ts";

/** Sizes in pages, since all counters are; and the driver that a kernel brings along. */
export function inlayHints(document: ScenarioDocument, range: Range): InlayHint[] {
  const start = document.offsetAt(range.start);
  const end = document.offsetAt(range.end);
  const hasDriver = document.entry(["guest", "driver"]) !== undefined;
  return document.tokens.flatMap((token) => {
    if (token.span.end < start || token.span.start > end) return [];
    const label = labelOf(token, hasDriver);
    if (label === null) return [];
    return [
      {
        position: document.range(token.span).end,
        label: ` ${label}`,
        kind: InlayHintKind.Type,
        paddingLeft: false,
      },
    ];
  });
}

function labelOf(token: Token, hasDriver: boolean): string | null {
  if (token.kind === "amount") return hintFor(token.text, token.amount ?? "integer");
  if (token.kind !== "choice" || token.info?.value !== "kernel" || hasDriver) return null;
  const driver = driverOf(kernelNamed(token.text));
  return driver === token.text ? null : `driver ${driver}`;
}
