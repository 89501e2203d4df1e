import { expect, test } from "vitest";
import { compileModel } from "./index.ts";

const prelude = `
declare function current(): object;
type PageCount = number;
interface Base { flags: number }
interface zone extends Base { name: string; managed: PageCount; next: zone | null; parts: zone[];
  count: (n: number) => PageCount }
const zones: zone[] = [];
function nr_free(z: zone): PageCount { return z.managed; }
function two(n: number): PageCount { return n as PageCount; }
function make(): zone { return { flags: 0, name: "", managed: 1, next: null, parts: [], count: two }; }
`;

/** Type shown for a local that is initialised with `expression`. */
function check(expression: string, type: string | null): void {
  const source = `${prelude}function f(z: zone, n: PageCount): void { const x = ${expression}; x; }`;
  const { model, diagnostics } = compileModel(
    { "model/a.ts": source },
    { externals: { current: { suspends: false } }, inputs: [] },
  );
  expect(diagnostics).toEqual([]);
  const { debug } = model!;
  const x = debug.sites.flatMap((site) => site?.visible ?? []).find((item) => item.name === "x");
  expect([expression, x?.type]).toEqual([expression, type]);
}

test("locals without a declared type get one where it is simple", () => {
  check("1", "number");
  check("'text'", "string");
  check("z.name === 'x'", "boolean");
  check("new Int32Array(4)", "Int32Array");
  check("new Int32Array(4)[0]", "number");
  check("make()", "zone");
  check("nr_free(z)", "PageCount");
  check("current()", "object");
  check("z.flags", "number");
  check("z.next", "zone | null");
  check("z.next!.managed", "PageCount");
  check("z.parts[0]", "zone");
  check("z.parts.length", "number");
  check("z.parts.indexOf(z)", "number");
  check("zones[1].name", "string");
  check("z.count(1)", "PageCount");
  check("n + 1", "PageCount");
  check("n - nr_free(z)", "PageCount");
  check("n * 2", "number");
  check("Math.max(n, 1)", "number");
  check("n as number", "number");
  check("n > 1 ? z : null", "zone | null");
  check("n > 1 ? z : 1", null);
});

test("fields come with those that an interface inherits", () => {
  const { model } = compileModel(
    { "model/a.ts": "interface B { b: number }\ninterface A extends B { a: string }" },
    { externals: {}, inputs: [] },
  );
  expect(model!.debug.structs).toEqual({
    A: [
      { name: "b", type: "number" },
      { name: "a", type: "string" },
    ],
    B: [{ name: "b", type: "number" }],
  });
});
