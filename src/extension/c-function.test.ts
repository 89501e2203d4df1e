import { expect, test } from "vitest";
import { definitionLine } from "./c-function.ts";

const SOURCE = `// SPDX-License-Identifier: MIT
static int give(struct thing *t, int n);
/*
 * take() {
 */
static unsigned long
take(struct thing *t,
     int (*each)(struct thing *))
{
	log("give(x) {");
	return give(t, 1) ? 2 : 3;
}

static int give(struct thing *t, int n)
{
	if (take(t, NULL)) {
		return n;
	}
	return 0;
}

void __init start(void) __must_hold(&lock)
{
}

EXPORT_SYMBOL_GPL(give);
int open_ended(
`;

test.each([
  ["take", 6],
  ["give", 13],
  ["log", null],
  ["ive", null],
  ["open_ended", null],
  ["EXPORT_SYMBOL_GPL", null],
])("finds where %s is defined: %s", (name, line) => {
  expect(definitionLine(SOURCE, name)).toBe(line);
});

test("a definition may end in annotations", () => {
  expect(definitionLine("int f(void) __releases(x)\n{\n}\n", "f")).toBe(0);
  expect(definitionLine("int f(void) __cold\n{\n}\n", "f")).toBe(0);
});

test("stays quick in a text that opens parentheses without end", () => {
  expect(definitionLine("f(\n".repeat(3000), "f")).toBeNull();
});
