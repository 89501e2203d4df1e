import { SymbolKind, type DocumentSymbol } from "vscode-languageserver";
import type { ScenarioDocument } from "./document.ts";
import { isBelow, type Entry } from "./outline-entry.ts";

/** Sections and steps, for the outline view, breadcrumbs and "Go to Symbol". */
export function documentSymbols(document: ScenarioDocument): DocumentSymbol[] {
  const roots: DocumentSymbol[] = [];
  const open: { entry: Entry; symbol: DocumentSymbol }[] = [];
  for (const entry of document.outline.entries) {
    while (open.length > 0 && !isBelow(entry.path, open.at(-1)?.entry.path ?? [])) open.pop();
    const parent = open.at(-1);
    if (parent !== undefined && isStepKey(entry)) {
      addToStep(parent.symbol, entry);
      continue;
    }
    const symbol = symbolOf(document, entry);
    (parent?.symbol.children ?? roots).push(symbol);
    open.push({ entry, symbol });
  }
  return roots;
}

function isStepKey({ path }: Entry): boolean {
  return path[0] === "timeline" && path.length > 2;
}

const NAMELESS = "(empty)";

/** A step is one symbol: its action is the name, what else it says the detail. */
function addToStep(step: DocumentSymbol, { path, text }: Entry): void {
  if (step.name === NAMELESS) step.name = `${String(path.at(-1))}: ${shortened(text)}`;
  else step.detail = [step.detail, shortened(text)].filter(Boolean).join(", ");
}

function symbolOf(document: ScenarioDocument, entry: Entry): DocumentSymbol {
  const range = document.range({ start: entry.start, end: Math.max(entry.end, entry.start) });
  const { name, detail } = labels(entry);
  const selected = entry.key ?? entry.value ?? { start: entry.start, end: entry.start + 1 };
  const inside = {
    start: selected.start,
    end: Math.min(selected.end, Math.max(entry.end, entry.start)),
  };
  return {
    name: name.trim() === "" ? NAMELESS : name,
    detail,
    kind: kindOf(entry),
    range,
    selectionRange: document.range(inside),
    children: [],
  };
}

function labels({ path, style, text }: Entry): { name: string; detail: string } {
  const last = path.at(-1);
  const shown = style === "flow" ? "" : shortened(text);
  return typeof last === "string" ? { name: last, detail: shown } : { name: shown, detail: "" };
}

function kindOf({ path, style }: Entry): SymbolKind {
  if (path[0] === "timeline") return path.length === 1 ? SymbolKind.Array : SymbolKind.Event;
  if (path[0] === "expect") return path.length === 1 ? SymbolKind.Array : SymbolKind.Boolean;
  if (path.length === 3 && path[1] === "files") return SymbolKind.File;
  return style === "none" || style === "flow" ? SymbolKind.Module : SymbolKind.Property;
}

const LONGEST = 60;

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
