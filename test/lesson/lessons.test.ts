import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BUNDLED_LESSONS } from "../../src/extension/lesson-names.ts";
import { agrees } from "../../src/lesson/answers.ts";
import { play, type Played } from "./play.ts";

const FOLDER = "lessons";
/** The longest has 1.4 million page operations, there and back. */
const PATIENCE_MS = 120_000;

test("the lessons that come with the extension are those in the folder", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
  expect(files.sort()).toEqual(BUNDLED_LESSONS);
});

describe.each(BUNDLED_LESSONS)("%s", (name) => {
  let played: Promise<Played> | null = null;
  const once = (): Promise<Played> => (played ??= play(`${FOLDER}/${name}`));

  test(
    "every place is reached, and everything shown there is known",
    async () => {
      const { lesson, arrivals } = await once();
      expect(arrivals.map(({ place }) => place)).toEqual(lesson.places.map((_, index) => index));
      const unknown = arrivals.flatMap(({ place, facts }) =>
        Object.keys(facts)
          .filter((expression) => facts[expression] === null)
          .map((expression) => `${lesson.places[place]!.name}: ${expression}`),
      );
      expect(unknown).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "the run gives every question the answer that the lesson gives",
    async () => {
      const { lesson, arrivals } = await once();
      const wrong = lesson.questions.filter(
        (question) => !agrees(question, arrivals[question.place]!.facts),
      );
      expect(lesson.questions.length).toBeGreaterThan(3);
      expect(wrong.map((question) => question.name)).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    "every choice is proved by the run, and numbers in the text are those of the run",
    async () => {
      const { lesson, arrivals } = await once();
      const unproved = lesson.questions.filter(
        ({ answer }) => answer.kind === "choice" && answer.check === null,
      );
      expect(unproved.map((question) => question.name)).toEqual([]);
      const values = arrivals.flatMap(({ facts }) => Object.values(facts).map(digits));
      const numbers = lesson.pages.flatMap(({ parts }) =>
        parts.flatMap((part) => (part.kind === "text" ? largeNumbers(part.markdown) : [])),
      );
      const known = new Set([...values, ...(DERIVED[name] ?? [])]);
      expect(numbers.filter((number) => !known.has(number))).toEqual([]);
    },
    PATIENCE_MS,
  );
});

/** Numbers in a text that no expression at a place has: from the report, or by arithmetic. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  "2-busy-no-op.lesson.md": [
    // The file: 120 MiB.
    String(120 * 256),
    // From `leaked` to `busy`, plus what had moved before.
    String(377088 - 19200),
    // The report.
    "154828377",
    "12939453",
  ],
  "3-oom.lesson.md": [
    // memhog's 64 MiB, roughly what it had and what was missing.
    String(64 * 256),
    "2900",
    "13500",
  ],
};

/** Without separators: `16,384` and `16384 pages (64 MiB)` are both 16384. */
function digits(value: string | null): string {
  return /^[\d,]+/.exec(value ?? "")?.[0].replaceAll(",", "") ?? "";
}

function largeNumbers(text: string): string[] {
  return [...text.matchAll(/\b\d{1,3}(?:,\d{3})+\b/g)].map(([number]) => digits(number));
}
