/** Compares what a reader answered with what the run says. */
import type { Facts } from "./player.ts";
import type { Question } from "./types.ts";

export type Verdict =
  /** The run has not been there yet. */
  | { readonly kind: "open" }
  | { readonly kind: "right" | "wrong"; readonly answer: string }
  /** The run does not say what the lesson expects: the scenario was changed, or the lesson is wrong. */
  | { readonly kind: "disagrees"; readonly answer: string };

/** `given` is the text of a number, or the index of a choice. */
export function judge({ answer }: Question, given: string, facts: Facts | null): Verdict {
  if (facts === null) return { kind: "open" };
  if (answer.kind === "number") {
    const actual = numberOf(facts[answer.value] ?? null);
    const guess = numberOf(given);
    if (actual === null) return { kind: "disagrees", answer: "?" };
    const near =
      guess !== null && Math.abs(guess - actual) * 100 <= Math.abs(actual) * answer.within;
    const text = withUnit(actual, answer.unit);
    return { kind: near ? "right" : "wrong", answer: text };
  }
  const text = answer.choices[answer.correct] ?? "";
  if (answer.check !== null && !holds(facts[answer.check] ?? null))
    return { kind: "disagrees", answer: text };
  return { kind: Number(given) === answer.correct ? "right" : "wrong", answer: text };
}

/** Whether the run says what the lesson does. */
export function agrees({ answer }: Question, facts: Facts): boolean {
  if (answer.kind === "number") return numberOf(facts[answer.value] ?? null) === answer.expect;
  return answer.check === null || holds(facts[answer.check] ?? null);
}

/** The number that a value begins with: `12,939,453 pages` has one, so has `256`. */
export function numberOf(value: string | null): number | null {
  const match = /^\s*([+-]?\d[\d,' \u00a0\u202f]*)(\.\d+)?/.exec(value ?? "");
  if (match === null) return null;
  return Number(`${(match[1] ?? "").replace(/[^\d+-]/g, "")}${match[2] ?? ""}`);
}

function holds(value: string | null): boolean {
  return value !== null && value !== "false" && numberOf(value) !== 0;
}

function withUnit(value: number, unit: string | null): string {
  const digits = String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return unit === null ? digits : `${digits} ${unit}`;
}
