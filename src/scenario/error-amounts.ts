/** What is wrong with a size, a time or a number, for the messages of `errors.ts`. */
import type { Unit, UnitProblem } from "../base/units.ts";

export const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  none: "a number",
  bytes: "bytes",
  pages: "pages",
  ns: "a time",
};

export const NUMBER_PROBLEMS: Readonly<Record<UnitProblem, (text: string) => string>> = {
  number: () => "A number is missing.",
  unit: (text) => `There is no unit \`${text}\`.`,
  "missing-unit": (text) => `\`${text}\` needs a unit.`,
  fraction: (text) =>
    `\`${text}\` is a fraction, and there are only whole numbers here: compare for example \`a * 100 >= b * 95\`.`,
  order: (text) =>
    `\`${text}\` must have its units from large to small, each once, as in \`1m30s\`.`,
  range: (text) => `\`${text}\` is too large: the limit is 2^53.`,
  octal: (text) =>
    `\`${text}\` starts with a zero, which would make it octal in C. Remove the zero, or write \`0x...\`.`,
  rate: (text) => `\`${text}\` is not a rate.`,
  slow: (text) => `\`${text}\` is too slow.`,
};

export function sizeProblem(
  text: string,
  problem: UnitProblem,
  detail: string,
  near: string | null,
): string {
  switch (problem) {
    case "unit":
      return (
        `\`${text}\` is not a size: there is no unit \`${detail}\`` +
        (near === null
          ? ". Units are KiB, MiB, GiB (or K, M, G), KB, MB, GB (powers of 1000) and pages."
          : `: did you mean \`${near}\`?`)
      );
    case "fraction":
      return `\`${text}\` is not a whole number of bytes. Write it in a smaller unit.`;
    case "range":
    case "octal":
      return NUMBER_PROBLEMS[problem](text);
    default:
      return `\`${text}\` is not a size. Write a number and a unit, for example \`512MiB\`, \`42GB\` or \`1000 pages\`.`;
  }
}

export function durationProblem(
  text: string,
  problem: UnitProblem,
  detail: string,
  near: string | null,
): string {
  switch (problem) {
    case "unit":
      return (
        `\`${text}\` is not a time: there is no unit \`${detail}\`` +
        (near === null ? ". Units are ns, us, ms, s, m and h." : `: did you mean \`${near}\`?`)
      );
    case "missing-unit":
      return `\`${text}\` needs a unit, for example \`${detail}s\` or \`${detail}ms\`.`;
    case "fraction":
      return `\`${text}\` is not a whole number of nanoseconds.`;
    case "order":
    case "range":
      return NUMBER_PROBLEMS[problem](text);
    default:
      return `\`${text}\` is not a time. Write for example \`15s\`, \`200ms\` or \`1m30s\`.`;
  }
}

/** The whole value with its unknown unit replaced. */
export function replaceUnit(text: string, unit: string, near: string | null): string | null {
  return near === null ? null : text.replace(unit, near);
}

export function unitAdvice(left: Unit, right: Unit): string {
  const both = new Set([left, right]);
  if (both.has("pages") && both.has("bytes")) {
    return "Turn the size into pages, as in `balloon.actual == pages(848MiB)`, or count pages: `217088 pages`.";
  }
  return "They cannot be compared or added.";
}
