import { describe, expect, test } from "vitest";
import { parseLesson } from "./parse.ts";
import type { Lesson } from "./types.ts";

const HEAD = "---\ntitle: T\nscenario: a.balloon.yaml\n---\n";
const START = "```run\nstart: scenario\n```\n";
const TELL = "```run\nname: tell\nto: tell_host\n```\n";

function lesson(text: string): Lesson {
  const result = parseLesson(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.lesson;
}

/** Problems as `line: message`, lines from one as people count. */
function problems(text: string): string[] {
  const result = parseLesson(text);
  if (result.ok) return [];
  return result.problems.map(({ line, message }) => `${line + 1}: ${message}`);
}

const run = (lines: string): string => `${HEAD}# P\n${START}\`\`\`run\n${lines}\n\`\`\`\n`;
const ask = (lines: string): string =>
  `${HEAD}# P\n${START}\`\`\`ask\nquestion: Q?\n${lines}\n\`\`\`\n${TELL}`;

test("a lesson is pages of text, places and questions, in order", () => {
  const read = lesson(
    `${HEAD}# One\nHello *you*.\n\n\`\`\`c\nint x;\n\`\`\`\n${START}# Two\n\`\`\`ask\nquestion: Q?\nvalue: num\nexpect: 1,256\nunit: pages\nwithin: 5%\n\`\`\`\n${TELL}`,
  );
  expect(read).toMatchObject({ title: "T", scenario: "a.balloon.yaml", minutes: null });
  expect(read.pages).toEqual([
    {
      title: "One",
      parts: [
        { kind: "text", markdown: "Hello *you*.\n\n```c\nint x;\n```" },
        { kind: "place", place: 0 },
      ],
    },
    {
      title: "Two",
      parts: [
        { kind: "question", question: 0 },
        { kind: "place", place: 1 },
      ],
    },
  ]);
  expect(read.questions[0]).toEqual({
    name: "question-1",
    line: 14,
    text: "Q?",
    answer: { kind: "number", value: "num", expect: 1256, unit: "pages", within: 5 },
    place: 1,
    because: null,
  });
});

describe("a place goes", () => {
  test.each([
    ["start: v4.19", { kind: "start", kernel: "v4.19" }],
    ["time: 1m30s", { kind: "time", time: 90_000_000_000 }],
    ["step: back-out\ntimes: 3", { kind: "step", step: "back-out", times: 3 }],
    ["end: scenario", { kind: "end" }],
    [
      "back-until: balloon_inflate > 0",
      { kind: "condition", expression: "balloon_inflate > 0", direction: "back" },
    ],
    [
      "break: tell_host\nwhen: vq->index == 1",
      {
        kind: "call",
        name: "tell_host",
        condition: "vq->index == 1",
        direction: "forward",
        breakpoint: true,
      },
    ],
  ])("%s", (lines, move) => {
    expect(lesson(run(lines)).places[1]?.move).toEqual(move);
  });
});

describe("what is wrong is said at its line", () => {
  const line = 10;
  test.each([
    ["", '9: Say where to go: exactly one of "start", "to"'],
    ["to: a\ntime: 1s", `${line}: Say where to go: exactly one of`],
    ["goto: tell_host", `${line}: There is no "goto" here.`],
    ["to: vb->num", `${line}: "vb->num" is no name of a function.`],
    ["start: v3.1", `${line}: There is no kernel "v3.1".`],
    ["time: soon", `${line}: "soon" is no time: write 15s`],
    ["step: bakc", `${line}: There is no step "bakc". Did you mean "back"?`],
    ["until: 1 +", `${line}: "1 +" cannot be read:`],
    ["time: 1s\nwhen: a", `${line + 1}: "when" goes with "to", "break", "back-to" only.`],
    ["step: over\ntimes: 0", `${line + 1}: "times" is a whole number, not "0".`],
    ["to: a\nto: b", `${line + 1}: "to" stands here already.`],
    ["to: a\nrun a command", `${line + 1}: Here stand lines of the form "key: value".`],
    ["to:", `${line}: "to" has no value.`],
    ["to: a\nname: place-1", `${line + 1}: Something is called "place-1" already.`],
  ])("run block: %s", (lines, message) => {
    expect(problems(run(lines)).join("\n")).toContain(message);
  });

  test.each([
    ["", '9: Give "choice" lines with one "correct", or "value" and "expect".'],
    ["choice: A\nchoice: B", "11: One of the choices is right"],
    ["correct: A", "11: A question with choices has at least two."],
    ["value: num", '11: "expect" is missing.'],
    ["value: num\nexpect: many", '12: "expect" is a whole number, not "many".'],
    ["value: num\nexpect: 1\nwithin: a bit", '13: "a bit" is no tolerance: write 5%.'],
    ["value: num\nexpect: 1\nat: tel", '13: There is no place "tel". Did you mean "tell"?'],
    ["correct: A\nchoice: B\nunit: pages", '13: "unit" goes with "value" only.'],
  ])("ask block: %s", (lines, message) => {
    expect(problems(ask(lines)).join("\n")).toContain(message);
  });

  test.each([
    ["# P", '1: A lesson begins with a line "---"'],
    ["---\ntitle: T", "1: The head of the lesson does not end"],
    ["---\ntitle: T\n---\n# P", '1: "scenario" is missing.'],
    [HEAD, "A lesson has pages"],
    [`${HEAD}Text`, "This stands on no page"],
    [`${HEAD}# P\n\`\`\`run\nto: tell_host\n\`\`\``, "6: The first place must start a run"],
    [`${HEAD}# P\n\`\`\`run\nstart: scenario`, "6: This block does not end"],
    [HEAD.replace("a.balloon.yaml", "/etc/passwd"), "3: Name the scenario by its path"],
    [HEAD.replace("a.balloon.yaml", "file:a.balloon.yaml"), "3: Name the scenario by its path"],
    [HEAD.replace("a.balloon.yaml", "a.txt"), "3: Scenarios are files whose names end"],
    [
      `${HEAD}# P\n[x](command:workbench.action.quit)`,
      '6: A lesson has no links of the kind "command:"',
    ],
    [`${HEAD}# P\n[x](javascript:alert)`, '6: A lesson has no links of the kind "javascript:"'],
    [`${HEAD}# P\n[x](view:terminal)`, '6: There is no view "terminal".'],
    [`${HEAD}# P\n[x](place:there)`, '6: There is no place "there".'],
  ])("lesson: %j", (text, message) => {
    expect(problems(text).join("\n")).toContain(message);
  });

  test("links in code are none", () => {
    const code = "`[x](command:y)`\n\n```md\n[x](command:y)\n```\n";
    expect(problems(`${HEAD}# P\n${code}`)).toEqual([]);
  });

  test("a question without a place below needs to say at which", () => {
    const text = `${HEAD}# P\n${START}${TELL}\`\`\`ask\nquestion: Q?\nvalue: num\nexpect: 1\n\`\`\`\n`;
    expect(problems(text)).toEqual([
      '13: Say at which place the run gives the answer, "at: name", or put a ```run block below.',
    ]);
  });
});
