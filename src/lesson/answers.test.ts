import { expect, test } from "vitest";
import { agrees, judge, numberOf } from "./answers.ts";
import type { Answer, Question } from "./types.ts";

function question(answer: Answer): Question {
  return { name: "q", line: 0, text: "Q?", answer, place: 0, because: null };
}

const pages = question({ kind: "number", value: "num", expect: 1000, unit: "pages", within: 10 });
const choice = question({ kind: "choice", choices: ["A", "B"], correct: 1, check: "x == 1" });

test.each([
  ["16384 pages (64 MiB)", 16384],
  ["12,939,453", 12939453],
  ["-5", -5],
  ["true", null],
  ["", null],
  [null, null],
])("the number of %j is %j", (value, number) => {
  expect(numberOf(value)).toBe(number);
});

test.each([
  ["1000", null, { kind: "open" }],
  ["1,000", { num: "1000 pages (3.9 MiB)" }, { kind: "right", answer: "1,000 pages" }],
  ["900", { num: "1000" }, { kind: "right", answer: "1,000 pages" }],
  ["899", { num: "1000" }, { kind: "wrong", answer: "1,000 pages" }],
  ["many", { num: "1000" }, { kind: "wrong", answer: "1,000 pages" }],
  ["1000", { num: null }, { kind: "disagrees", answer: "?" }],
])("a number: %j, when the run says %j", (given, facts, verdict) => {
  expect(judge(pages, given, facts)).toEqual(verdict);
});

test.each([
  ["1", null, { kind: "open" }],
  ["1", { "x == 1": "true" }, { kind: "right", answer: "B" }],
  ["0", { "x == 1": "1" }, { kind: "wrong", answer: "B" }],
  ["1", { "x == 1": "false" }, { kind: "disagrees", answer: "B" }],
  ["1", { "x == 1": "0" }, { kind: "disagrees", answer: "B" }],
])("a choice: %j, when the run says %j", (given, facts, verdict) => {
  expect(judge(choice, given, facts)).toEqual(verdict);
});

test("the run agrees with a lesson only exactly", () => {
  expect(agrees(pages, { num: "1000" })).toBe(true);
  expect(agrees(pages, { num: "1001" })).toBe(false);
  expect(agrees(choice, { "x == 1": "false" })).toBe(false);
});
