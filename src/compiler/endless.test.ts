import { expect, test } from "vitest";
import { declarations, testOptions } from "../../test/laws/compiler-kernel.ts";
import { printBodies } from "./emit.ts";
import { compileProgram } from "./index.ts";

/** Whether the loop counts its rounds; then it does in every body of its function. */
function check(loop: string, counted: boolean): void {
  const source = `${declarations}
    const next = new Int32Array(8);
    const STEP = 2;
    export function walk(n: number, list: number[]): number {
      let i = n;
      let sum = 0;
      ${loop}
      return sum + i;
    }`;
  const { program } = compileProgram({ "model/main.ts": source }, testOptions);
  expect(program.diagnostics.sorted()).toEqual([]);
  const walk = program.functions.find(({ name }) => name === "walk")!;
  const bodies = printBodies(program, walk).split("\nfunction ");
  expect(bodies.length).toBeGreaterThan(2);
  for (const body of bodies) {
    expect(body.includes("$rounds = 0")).toBe(counted);
    expect(body.includes("(++$rounds &")).toBe(counted);
  }
}

test.each([
  "for (let k = 0; k < n; k++) sum += k;",
  "for (let k = n; k >= 0; k--) sum += k;",
  "for (; i < 8; i += STEP) { if (sum > 5) continue; sum++; }",
  "for (const each of list) sum += each;",
  "while (i < n) { if (next[i] > 3) break; sum++; i++; }",
  "while (i > 0) { i -= 1; sum++; }",
])("this ends by itself: %s", (loop) => check(loop, false));

test.each([
  "for (let k = next[0]; k !== 0; k = next[k]) sum += k;",
  "for (let k = 0; k < n; k--) sum += k;",
  "for (let k = 0; k < n; k += n) sum += k;",
  "for (let k = 0; k < n; k++) { if (sum > 3) k = 0; }",
  "for (let k = 0; k < n; ) sum += k;",
  "for (let k = 0; k < n--; i++) sum += k;",
  "while (i < n) { if (next[i] > 3) { i++; } }",
  "while (i < n) { if (next[i] > 3) continue; i++; }",
  "while (i < n) { i++; sum++; if (sum > 4) i = 0; }",
  "while (next[0] !== 0) sum++;",
  "do { i++; } while (i < n);",
])("this may not: %s", (loop) => check(loop, true));
