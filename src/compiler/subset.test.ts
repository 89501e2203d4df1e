import { expect, test } from "vitest";
import { compileModel } from "./index.ts";

const options = {
  externals: { pause: { suspends: true }, trace: { suspends: false } },
  inputs: ["config"],
};

const prelude =
  "declare function pause(): number; declare function trace(value: number): void;" +
  " interface Ops { run: (n: number) => number; count: number }" +
  " const ops: Ops = { run: work, count: 0 }; let total = 0; const list = [1, 2];" +
  " function work(n: number): number { return n + pause(); }\n";

/** `¦` stands before the construct that is at fault. */
function check(marked: string, message: string): void {
  const at = marked.indexOf("¦");
  const source = marked.replace("¦", "");
  const before = source.slice(0, at).split("\n");
  const { model, diagnostics } = compileModel({ "model/a.ts": prelude + source }, options);
  const [first] = diagnostics;
  const place = { line: before.length, column: before.at(-1)!.length };
  expect({ model, source: marked, ...first }).toMatchObject({
    model: null,
    source: marked,
    message: expect.stringContaining(message) as string,
    ...place,
  });
}

/** The same inside a function. */
function checkIn(marked: string, message: string): void {
  check(`function f(a: number, o: Ops): void { ${marked} }`, message);
}

test("statements outside the subset say what to write instead", () => {
  checkIn("¦class A {}", "write an interface and functions beside it");
  checkIn("¦function g() {}", "move it to the top level");
  checkIn("¦try { trace(1); } finally { trace(2); }", "return an error code");
  checkIn("¦throw 1;", "return an error code, or call BUG()");
  checkIn("¦for (const k in o) trace(1);", "loop over an array");
  checkIn("¦for (a of list) trace(a);", "declare the variable");
  checkIn("¦var x = 1;", "use `let` or `const`");
  checkIn("const ¦[x, y] = list;", "take the elements out one by one");
  checkIn("const ¦{ run } = o;", "read the members one by one");
  checkIn("for (const ¦[x] of [list]) trace(x);", "take the elements out");
  checkIn("switch (a) { ¦case 1: let x = 2; trace(x); }", "put braces around");
  checkIn("¦debugger;", "set a breakpoint");
  checkIn("¦interface Local { n: number }", "top level");
});

test("expressions outside the subset say what to write instead", () => {
  checkIn("trace(¦this.n);", "pass the struct as a parameter");
  checkIn("const g = ¦() => 1;", "named top-level function");
  checkIn("const g = ¦function () {};", "named top-level function");
  checkIn("trace(¦...list);", "write the elements out");
  checkIn("const c = [¦...list];", "write the elements out");
  checkIn("¦o.run?.(1);", "test the member, then call it");
  checkIn("trace(¦2 ** a);", "multiply, or shift");
  checkIn("trace(¦1n);", "exact up to");
  checkIn("const r = ¦/x/;", "compare strings");
  checkIn("¦delete o.count;", "assign null");
  checkIn('if (¦"run" in o) trace(1);', "compare the member");
  checkIn("const c = { ¦[a]: 1 };", "use an array");
  checkIn("const c = { ¦get n() { return 1; } };", "assign a named function");
  checkIn("const c = { ¦n() { return 1; } };", "assign a named function");
  checkIn("¦[a, total] = list;", "one variable or member at a time");
  checkIn('trace(¦o["count"]);', "after a dot");
  checkIn("¦trace`x`;", "call a function");
});

test("functions that could not be suspended or found are refused", () => {
  check("¦async function f() {}", "block with schedule()");
  check("¦function* f() {}", "generators");
  check("function f(¦...rest: number[]) {}", "rest parameters");
  check("function f(¦{ run }: Ops) {}", "read the members one by one");
  check("function f(¦a = work(1)) {}", "a default value cannot call the model");
  check("¦function f(this: Ops) {}", "pass the struct");
  check("¦class A {}", "write an interface");
  check("¦enum E { A }", "one `const` for each value");
  check("¦trace(1);", "only declarations may stand at the top level");
  check("¦export default 1;", "export by name");
  check("¦declare function missing(): void;", "the machine has no function");
});

test("function values stay where calls can be found", () => {
  checkIn("const g = ¦work;", "only be called or stored in a named struct member");
  checkIn("list[0] = ¦work;", "only be called or stored");
  checkIn("const c = [¦work];", "only be called or stored");
  checkIn("trace(¦work);", "only be called or stored");
  checkIn("o.run = a > 1 ? ¦work : work;", "only be called or stored");
  checkIn("const g = ¦o.run;", "`run` holds functions");
  checkIn("o.run = ¦pause;", "store a model function that calls it");
  checkIn("¦a(1);", "call through a struct member");
  checkIn("¦o.nothing(1);", "ever stored in a member called `nothing`");
  checkIn("¦list[0](1);", "a named struct member");
  checkIn("o.run = ¦o.run = work;", "a statement of its own");
});

test("calls stand where they can be taken out", () => {
  check("const n = ¦work(1);", "do it in a function called at boot");
  check("const n = ¦pause();", "do it in a function called at boot");
  checkIn("switch (a) { case ¦work(1): trace(1); }", "use a variable");
  checkIn("¦total ||= work(1);", "write an `if`");
  checkIn("trace(¦list[work(1)]?.length);", "take the call out");
});

test("names are declared before use and leave the compiler room", () => {
  checkIn("trace(¦missing);", "there is nothing called `missing`");
  checkIn("let ¦$x = 1;", "kept for names that the compiler makes");
  check("function ¦$f() {}", "kept for names");
  check("let ¦$g = 1;", "kept for names");
  checkIn("let ¦Math = 1;", "is a name of JavaScript");
  checkIn("trace(¦total); let total = 1;", "before its declaration");
  checkIn("const a1 = 1; ¦a1 = 2;", "declare it with `let`");
  checkIn("¦list = [1];", "declare it with `let`");
  checkIn("¦work = 1;", "cannot be assigned");
  check("let first = ¦second; let second = 1;", "has no value yet");
  check("declare const ¦other: number;", "only config may be declared");
});

test("what differs between platforms or escapes checkpoints is not there", () => {
  checkIn("trace(¦Math.random());", "only abs, ceil");
  checkIn("trace(¦Math.sin(a));", "only abs, ceil");
  checkIn("trace(¦Date.now());", "use now()");
  checkIn("const m = ¦new Map();", "checkpoints copy nothing else");
  checkIn("¦console.log(a);", "use printk()");
  checkIn("¦eval('1');", "write the code out");
  checkIn("trace(¦arguments.length);", "name the parameters");
  checkIn("const d = ¦new Ops();", "write an object literal");
});

test("text that is not TypeScript is a diagnostic, not an exception", () => {
  check("function f( {¦", "");
  check("let x = ¦;", "Unexpected token");
  check("let s = '¦\u0001';", "control character");
});

test("imports name what another file exports", () => {
  const files = (text: string): Record<string, string> => ({
    "model/a.ts": text,
    "model/mm/b.ts": "export interface T { n: number }\nexport let n = 1;\nlet own = 2;\n",
  });
  const message = (text: string): string | undefined =>
    compileModel(files(text), options).diagnostics[0]?.message;
  expect(message('import { n } from "./mm/b.ts";')).toBeUndefined();
  expect(message('import type { T } from "./nowhere.ts";')).toBeUndefined();
  expect(message('import { own } from "./mm/b.ts";')).toContain("exports nothing called `own`");
  expect(message('import { T } from "./mm/b.ts";')).toContain("write `import type`");
  expect(message('import { n } from "./b.ts";')).toContain("looked for model/b.ts");
  expect(message('import * as b from "./mm/b.ts";')).toContain("import by name");
  expect(message('export * from "./mm/b.ts";')).toContain("name what is exported");
  const writes = 'import { n } from "./mm/b.ts"; function f(): void { n = 2; }';
  expect(message(writes)).toContain("only in model/mm/b.ts");
});

test("a clean program has a model and no diagnostics", () => {
  const source = "export function f(a: number, b?: number): number { return work(a) + (b ?? 1); }";
  const result = compileModel({ "model/a.ts": prelude + source }, options);
  expect(result.diagnostics).toEqual([]);
  expect(result.model).not.toBeNull();
});
