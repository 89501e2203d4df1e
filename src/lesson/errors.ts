/** What can be wrong with a lesson, and what to write instead: every message in one place. */
import { didYouMean } from "../base/did-you-mean.ts";

const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(", ");

function hint(word: string, known: readonly string[]): string {
  const near = didYouMean(word, known);
  return near === null ? ` Known are ${list(known)}.` : ` Did you mean "${near}"?`;
}

export const lessonErrors = {
  tooLong: (most: number) => `A lesson has at most ${most} characters.`,
  noFrontMatter: () =>
    'A lesson begins with a line "---", lines such as "title: …" and "scenario: …", and a line "---".',
  openFrontMatter: () => 'The head of the lesson does not end: a line "---" is missing.',
  notAField: () => 'Here stand lines of the form "key: value".',
  unknownKey: (key: string, known: readonly string[]) =>
    `There is no "${key}" here.${hint(key, known)}`,
  twice: (key: string) => `"${key}" stands here already.`,
  missing: (key: string) => `"${key}" is missing.`,
  empty: (key: string) => `"${key}" has no value.`,
  absolute: () => "Name the scenario by its path from the lesson, with no scheme and no drive.",
  notAScenario: () => "Scenarios are files whose names end in .balloon.yaml.",
  notANumber: (key: string, text: string) => `"${key}" is a whole number, not "${text}".`,
  notATime: (text: string) => `"${text}" is no time: write 15s, 200ms or 1m30s.`,
  notAPercentage: (text: string) => `"${text}" is no tolerance: write 5%.`,
  notAName: (text: string) => `"${text}" is no name: write letters, digits and "-".`,
  notAFunction: (text: string) => `"${text}" is no name of a function.`,
  notAKernel: (text: string, known: readonly string[]) =>
    `There is no kernel "${text}".${hint(text, known)}`,
  notAStep: (text: string, known: readonly string[]) =>
    `There is no step "${text}".${hint(text, known)}`,
  expression: (text: string, message: string) => `"${text}" cannot be read: ${message}`,
  noPage: () => 'A lesson has pages: begin each with a line "# Its title".',
  beforeFirstPage: () => 'This stands on no page: begin one with a line "# Its title".',
  openFence: () => "This block does not end: a line ``` is missing.",
  moves: (moves: readonly string[]) => `Say where to go: exactly one of ${list(moves)}.`,
  onlyWith: (key: string, others: readonly string[]) => `"${key}" goes with ${list(others)} only.`,
  firstStarts: () => 'The first place must start a run: "start: scenario", or a kernel.',
  sameName: (name: string) => `Something is called "${name}" already.`,
  noPlace: (name: string, known: readonly string[]) =>
    `There is no place "${name}".${known.length === 0 ? "" : hint(name, known)}`,
  noPlaceBelow: () =>
    'Say at which place the run gives the answer, "at: name", or put a ```run block below.',
  answer: () => 'Give "choice" lines with one "correct", or "value" and "expect".',
  oneCorrect: () => 'One of the choices is right: write "correct" in place of "choice" there.',
  fewChoices: () => "A question with choices has at least two.",
  link: (scheme: string, known: readonly string[]) =>
    `A lesson has no links of the kind "${scheme}:". Allowed are ${known
      .map((each) => `${each}:`)
      .join(", ")}.`,
  view: (name: string, known: readonly string[]) =>
    `There is no view "${name}".${hint(name, known)}`,
};
