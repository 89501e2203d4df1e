/** The two kinds of blocks that do something: ```run leads to a place, ```ask asks a question. */
import { parseDuration } from "../base/units.ts";
import { parseExpression } from "../scenario/expression.ts";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import { lessonErrors } from "./errors.ts";
import type { Field, Fields } from "./fields.ts";
import { STEPS, type Answer, type LessonPlace, type Move, type StepName } from "./types.ts";

const MOVES = ["start", "to", "break", "back-to", "until", "back-until", "time", "step", "end"];
const CALLS = ["to", "break", "back-to"];
const STEP_NAMES = Object.keys(STEPS) as StepName[];
/** Enough to walk through a function; a longer way is a seek. */
const MAX_STEPS = 100;

/** `name` null: it has none of its own. */
export interface ReadPlace extends Omit<LessonPlace, "name"> {
  readonly name: Field | null;
}

export function readPlace(fields: Fields, line: number): ReadPlace | null {
  fields.allow([...MOVES, "name", "label", "when", "times", "show"], ["show"]);
  const move = readMove(fields);
  const show = fields.all("show").map((field) => readExpression(fields, field));
  if (move === null) return null;
  return { name: readName(fields), label: fields.text("label"), line, move, show };
}

function readMove(fields: Fields): Move | null {
  const given = fields.all(...MOVES);
  const [only] = given;
  if (only === undefined || given.length > 1) {
    fields.report(only?.line ?? null, lessonErrors.moves(MOVES));
    return null;
  }
  const { key, value } = only;
  const when = fields.get("when");
  if (when !== null && !CALLS.includes(key))
    fields.report(when.line, lessonErrors.onlyWith("when", CALLS));
  const times = fields.get("times");
  if (times !== null && key !== "step")
    fields.report(times.line, lessonErrors.onlyWith("times", ["step"]));
  switch (key) {
    case "start":
      return readStart(fields, only);
    case "to":
    case "break":
    case "back-to":
      if (!/^[A-Za-z_]\w*$/.test(value)) fields.report(only.line, lessonErrors.notAFunction(value));
      return {
        kind: "call",
        name: value,
        condition: when === null ? null : readExpression(fields, when),
        direction: key === "back-to" ? "back" : "forward",
        breakpoint: key === "break",
      };
    case "until":
    case "back-until":
      return {
        kind: "condition",
        expression: readExpression(fields, only),
        direction: key === "until" ? "forward" : "back",
      };
    case "time": {
      const time = parseDuration(value);
      if (!time.ok) fields.report(only.line, lessonErrors.notATime(value));
      return { kind: "time", time: time.ok ? time.value : 0 };
    }
    case "step":
      return readStep(fields, only, times);
    default:
      return { kind: "end" };
  }
}

function readStart(fields: Fields, { value, line }: Field): Move {
  const kernels: readonly string[] = KERNEL_NAMES;
  if (value === "scenario") return { kind: "start", kernel: null };
  if (!kernels.includes(value))
    fields.report(line, lessonErrors.notAKernel(value, ["scenario", ...kernels]));
  return { kind: "start", kernel: value };
}

function readStep(fields: Fields, { value, line }: Field, times: Field | null): Move {
  const step = STEP_NAMES.find((name) => name === value);
  if (step === undefined) fields.report(line, lessonErrors.notAStep(value, STEP_NAMES));
  const count = times === null ? 1 : readNumber(fields, times);
  if (count < 1 || count > MAX_STEPS)
    fields.report(times?.line ?? line, lessonErrors.notANumber("times", String(count)));
  return { kind: "step", step: step ?? "over", times: count };
}

export interface ReadQuestion {
  readonly name: Field | null;
  readonly text: string;
  readonly answer: Answer | null;
  readonly at: Field | null;
  readonly because: string | null;
}

export function readQuestion(fields: Fields): ReadQuestion {
  const keys = ["name", "question", "choice", "correct", "check", "at", "because"];
  fields.allow([...keys, "value", "expect", "unit", "within"], ["choice", "correct"]);
  return {
    name: readName(fields),
    text: fields.required("question"),
    answer: readAnswer(fields),
    at: fields.get("at"),
    because: fields.text("because"),
  };
}

function readAnswer(fields: Fields): Answer | null {
  const choices = fields.all("choice", "correct");
  const value = fields.get("value");
  if (choices.length > 0 === (value !== null)) {
    fields.report(value?.line ?? null, lessonErrors.answer());
    return null;
  }
  if (value === null) return readChoices(fields, choices);
  const check = fields.get("check");
  if (check !== null) fields.report(check.line, lessonErrors.onlyWith("check", ["choice"]));
  const expect = fields.get("expect");
  if (expect === null) fields.report(value.line, lessonErrors.missing("expect"));
  const within = fields.get("within");
  const percentage = /^(\d{1,2})\s*%$/.exec(within?.value ?? "0%");
  if (percentage === null && within !== null)
    fields.report(within.line, lessonErrors.notAPercentage(within.value));
  return {
    kind: "number",
    value: readExpression(fields, value),
    expect: expect === null ? 0 : readNumber(fields, expect),
    unit: fields.text("unit"),
    within: Number(percentage?.[1] ?? 0),
  };
}

function readChoices(fields: Fields, choices: readonly Field[]): Answer {
  const correct = choices.findIndex(({ key }) => key === "correct");
  const last = choices.findLastIndex(({ key }) => key === "correct");
  if (correct < 0 || correct !== last)
    fields.report(choices[Math.max(last, 0)]?.line ?? null, lessonErrors.oneCorrect());
  if (choices.length < 2) fields.report(choices[0]?.line ?? null, lessonErrors.fewChoices());
  for (const field of fields.all("expect", "unit", "within"))
    fields.report(field.line, lessonErrors.onlyWith(field.key, ["value"]));
  const check = fields.get("check");
  return {
    kind: "choice",
    choices: choices.map(({ value }) => value),
    correct: Math.max(correct, 0),
    check: check === null ? null : readExpression(fields, check),
  };
}

function readName(fields: Fields): Field | null {
  const name = fields.get("name");
  if (name !== null && !/^[a-z0-9][a-z0-9-]*$/i.test(name.value))
    fields.report(name.line, lessonErrors.notAName(name.value));
  return name;
}

function readNumber(fields: Fields, { key, value, line }: Field): number {
  const number = Number(value.replaceAll(",", ""));
  if (Number.isSafeInteger(number)) return number;
  fields.report(line, lessonErrors.notANumber(key, value));
  return 0;
}

/** Names are known only to the run; that it can be read at all is checked here. */
function readExpression(fields: Fields, { value, line }: Field): string {
  const result = parseExpression(value);
  if (!result.ok) fields.report(line, lessonErrors.expression(value, result.error.message));
  return value;
}
