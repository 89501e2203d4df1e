/** Links of a lesson: to pages of the web, model functions, places and views, and nothing else. */
import { lessonErrors } from "./errors.ts";
import type { LessonProblem } from "./types.ts";

const SCHEMES = ["https", "model", "place", "view"];
const VIEWS = ["chart"];
const LINK = /\]\(\s*<?([a-z][a-z0-9+.-]*):([^)>\s]*)/gi;

export type LessonLink =
  | { readonly kind: "web"; readonly address: string }
  /** A function of the simulated kernel. */
  | { readonly kind: "model"; readonly name: string }
  | { readonly kind: "place"; readonly name: string }
  | { readonly kind: "view"; readonly name: string };

/** Null: no link that a lesson may have. */
export function readLink(address: string): LessonLink | null {
  if (/^https:\/\//i.test(address)) return { kind: "web", address };
  const match = /^(model|place|view):([\w-]+)$/.exec(address);
  const [, kind = "", name = ""] = match ?? [];
  if (kind === "model" || kind === "place") return { kind, name };
  return kind === "view" && VIEWS.includes(name) ? { kind, name } : null;
}

export function checkLinks(lines: readonly string[], places: ReadonlySet<string>): LessonProblem[] {
  const problems: LessonProblem[] = [];
  for (const [line, text] of lines.entries()) {
    // What stands in code is no link.
    for (const [, scheme = "", rest = ""] of text.replace(/`[^`]*`/g, "").matchAll(LINK)) {
      const message = wrong(scheme, rest, places);
      if (message !== null) problems.push({ line, message });
    }
  }
  return problems;
}

function wrong(scheme: string, rest: string, places: ReadonlySet<string>): string | null {
  if (!SCHEMES.includes(scheme)) return lessonErrors.link(scheme, SCHEMES);
  if (scheme === "place" && !places.has(rest)) return lessonErrors.noPlace(rest, [...places]);
  if (scheme === "view" && !VIEWS.includes(rest)) return lessonErrors.view(rest, VIEWS);
  return scheme === "model" && !/^\w+$/.test(rest) ? lessonErrors.notAFunction(rest) : null;
}
