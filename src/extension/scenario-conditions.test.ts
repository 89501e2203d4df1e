import { expect, test } from "vitest";
import { conditionsIn, nameAt } from "./scenario-conditions.ts";

test.each<readonly [string, readonly string[]]>([
  ["timeline:\n  - wait-until: balloon.reached # soon\n    timeout: 5s", ["1:16 balloon.reached"]],
  [`  - expect: "a # b == 1"`, ["0:13 a # b == 1"]],
  ["  - { expect: a == 1, name: x }", ["0:14 a == 1"]],
  ["  - name: x\n    wait-until: a >= pages(3MiB)", ["1:16 a >= pages(3MiB)"]],
  ["expect:\n  - a == 1\n\n  # no\n- 'b'\nname: x\n- c", ["1:4 a == 1", "4:3 b"]],
  ["  - expect: |\n      a\n  - expect:\n# expect: a\nabout: expect", []],
])("%j", (text, expected) => {
  expect(conditionsIn(text).map((each) => `${each.line}:${each.column} ${each.text}`)).toEqual(
    expected,
  );
});

test.each<readonly [string, string | null]>([
  ["ball|oon.actual == 0", "balloon.actual"],
  ["balloon.act|ual == 0", "balloon.actual"],
  ["vb->num|_pages > 1", "vb->num_pages"],
  ["pa|ges(3MiB) < 1", null],
  ["x > 300Mi|B", null],
  ["x > 4 Ki|B", null],
  ["x |  > 4", null],
])("the name in %s", (marked, expected) => {
  const text = `  - expect: ${marked.replace("|", "")}`;
  const column = `  - expect: ${marked}`.indexOf("|");
  expect(nameAt(conditionsIn(text), 0, column)?.text ?? null).toBe(expected);
});
