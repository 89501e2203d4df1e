import { formatCount } from "../base/format.ts";
import type { UnitProblem } from "../base/units.ts";
import { NUMBER_PROBLEMS } from "./error-amounts.ts";

/** Texts about expressions wherever they are: scenario, watch, breakpoint condition. */
export const expressionErrors = {
  empty: () => "An expression is missing here, for example `balloon_deflate == 0`.",
  emptyGroup: () => "Nothing is in these parentheses.",
  tooLong: (limit: number) => `An expression may have ${formatCount(limit)} characters.`,
  tooDeep: () => "This expression is nested too deeply. Split it up.",
  badNumber: () => "This is not a whole number: write `42`, `0x2a`, `1_000`, `4 KiB` or `200ms`.",
  number: (text: string, problem: UnitProblem) => NUMBER_PROBLEMS[problem](text),
  unit: (name: string) =>
    `There is no unit \`${name}\`. There are KiB, MiB, GiB, KB, MB, GB, pages, ns, us, ms, s and m.`,
  twoExpressions: (char: string) =>
    `An operator is missing before \`${char}\`: write one expression, such as \`a == 1 && b == 2\`.`,
  syntax: (detail: string, source: string, offset: number) => {
    const char = source.charAt(offset);
    if (char === "=" || (offset > 0 && /[^=!<>]=$/.test(source.slice(0, offset)) && char !== "=")) {
      return "A single `=` is an assignment, which an expression cannot do: compare with `==`.";
    }
    if (char === "*" || char === "&") {
      return `There are no addresses, so \`${char}\` is not needed: name the value itself; members are behind \`->\`.`;
    }
    if (/(->|\.)\s*$/.test(source)) return "The name of a member is missing at the end.";
    if (offset >= source.length) return `The expression ends too early: ${lower(detail)}.`;
    return `\`${char}\` cannot stand here: ${lower(detail)}.`;
  },
  notAllowed: (what: string) =>
    `${NODE_NAMES.get(what) ?? "This"} cannot be used in an expression.`,
  operator: (operator: string) =>
    OPERATOR_HINTS.get(operator) ?? `There is no operator \`${operator}\`.`,
  precedence: (bitwise: string, comparison: string) =>
    `As in C, \`${comparison}\` binds more tightly than \`${bitwise}\`. Put parentheses around what belongs together.`,
  call: (name: string | null) =>
    (name === null ? "Only functions can be called" : `There is no function \`${name}\``) +
    ": there are min, max, abs and pages.",
  arity: (name: string, arity: { readonly least: number; readonly most: number }, count: number) =>
    `\`${name}\` takes ${arity.least === arity.most ? arity.least : `${arity.least} to ${arity.most}`} ` +
    `${arity.most === 1 ? "value" : "values"}, not ${count}.`,
  unknownName: (name: string, near: string | null) =>
    `There is no \`${name}\` here` + (near === null ? "." : `: did you mean \`${near}\`?`),
  unknownMember: (name: string, near: string | null) =>
    `It has no member \`${name}\`` + (near === null ? "." : `: did you mean \`${near}\`?`),
  nullMember: (key: string) => `This is NULL, so it has no \`${key}\`.`,
  noElement: (index: string) => `There is no element ${index}.`,
  notInteger: (what: string) => `A number is needed here, and this is ${what}.`,
  tooLarge: () => "The result needs more than 128 bits.",
  shift: () => "A value can be shifted by 0 to 127 bits.",
  divisionByZero: () => "This divides by zero.",
};

const NODE_NAMES: ReadonlyMap<string, string> = new Map([
  ["MemberExpression", "`?.`"],
  ["ArrayExpression", "A list"],
  ["SequenceExpression", "A comma"],
]);

const OPERATOR_HINTS: ReadonlyMap<string, string> = new Map([
  ["===", "Compare with `==`, as in C."],
  ["!==", "Compare with `!=`, as in C."],
  [">>>", "There is no `>>>` in C: use `>>`."],
  ["**", "There is no power operator in C: use `<<` for powers of two."],
  ["??", "There is no `??` in C: use `a ? a : b`."],
]);

function lower(text: string): string {
  return text.replace(/ at character \d+$/, "").replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}
