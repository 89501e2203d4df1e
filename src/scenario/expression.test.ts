import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actualValues, evaluate, type Resolver } from "./evaluate.ts";
import { namesIn, parseExpression, type Expression } from "./expression.ts";

/** A little kernel state: a struct with members, an array, a pointer that is null, a typed array. */
const VB = { kind: "struct", num_pages: 256, big: 2n ** 40n, name: "virtio0" };
const STATE = new Map<string, unknown>([
  ["vb", VB],
  ["nothing", null],
  ["x", 7],
  ["flag", true],
  ["huge", 2 ** 53 - 1],
  ["half", 0.5],
  ["pfns", [10, 20, 30]],
  ["this", 5],
]);

const resolver: Resolver = {
  name: (id) => STATE.get(id),
  member: (value, key) =>
    value === VB && Object.hasOwn(VB, key) ? VB[key as keyof typeof VB] : undefined,
  index: (value, index) =>
    Array.isArray(value) && typeof index === "number" ? (value[index] as unknown) : undefined,
  primitive: () => undefined,
  candidates: (value) => (value === undefined ? STATE.keys() : value === VB ? Object.keys(VB) : []),
};

function parsed(text: string): Expression {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${result.error.offset}: ${result.error.message}`);
  return result.expression;
}

/** The value, or `offset: message`. */
function run(text: string): unknown {
  const result = parseExpression(text);
  if (!result.ok) return `${result.error.offset}: ${result.error.message}`;
  const value = evaluate(result.expression, resolver);
  return value.ok ? value.value : `${value.error.offset}: ${value.error.message}`;
}

describe("values", () => {
  it.each<[string, unknown]>([
    ["1", 1],
    ["0x1f", 31],
    ["0XFFFFFFFFFFFFFFFF", 2n ** 64n - 1n],
    ["0b101", 5],
    ["1_000", 1000],
    ["1UL + 2ull", 3],
    ["4 KiB", 4096],
    ["848MiB", 848 * 2 ** 20],
    ["1.5 GiB", 1.5 * 2 ** 30],
    ["4K", 4096],
    ["42GB", 42e9],
    ["256 pages", 256],
    ["200ms", 200_000_000],
    ["1m30s", 90_000_000_000],
    ["2 s", 2_000_000_000],
    ["3 * KiB", 3072],
    ["GiB / MiB", 1024],
    ["'a' == \"a\"", true],
    ["NULL == null", true],
    ["nothing == NULL", true],
    ["vb != NULL", true],
    ["vb == vb", true],
    ["true", true],
    ["flag + 1", 2],
    ["flag == 1", true],
    ["vb->num_pages", 256],
    ["vb.num_pages", 256],
    ["vb -> num_pages", 256],
    ["vb->num_pages * 4 KiB == 1 MiB", true],
    ["vb->name == 'virtio0'", true],
    ['"a->b" == "a->b"', true],
    ["vb->big << 1", 2 ** 41],
    ["pfns[1]", 20],
    ["pfns[x - 5] + pfns[0]", 40],
    ["this", 5],
    ["x > 5 && x < 10", true],
    ["x > 5 ? 'big' : 'small'", "big"],
    ["0 && unknown", false],
    ["1 || unknown", true],
    ["nothing && nothing->x", false],
    ["!x", false],
    ["!!x", true],
    ["-x", -7],
    ["~x", -8],
    ["+x", 7],
    ["-7 / 2", -3],
    ["-7 % 2", -1],
    ["7 / 2", 3],
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["10 - 3 - 2", 5],
    ["1 << 40", 2 ** 40],
    ["1 << 100", 2n ** 100n],
    ["(1 << 40 | 1) & 1 << 40", 2 ** 40],
    ["0xffffffff & 0xf0f0f0f0", 0xf0f0f0f0],
    ["-1 & 0xff", 255],
    ["-1 >> 3", -1],
    ["6 ^ 3", 5],
    ["huge + 1", 2n ** 53n],
    ["huge * huge", (2n ** 53n - 1n) ** 2n],
    ["huge + 1 - 1 == huge", true],
    ["min(3, 1, 2) + max(4, x) + abs(-5)", 13],
    ["pages(53GB)", 12_939_453],
    ["pages(848MiB) == 217088 pages", true],
  ])("%s", (text, expected) => {
    expect(run(text)).toBe(expected);
  });
});

describe("mistakes", () => {
  it.each([
    ["", "0: An expression is missing here, for example `balloon_deflate == 0`."],
    [
      "x = 5",
      "2: A single `=` is an assignment, which an expression cannot do: compare with `==`.",
    ],
    ["x +", "3: The expression ends too early: expected expression after +."],
    ["vb->", "4: The name of a member is missing at the end."],
    [
      "*vb",
      "0: There are no addresses, so `*` is not needed: name the value itself; members are behind `->`.",
    ],
    [
      "1 + &vb",
      "4: There are no addresses, so `&` is not needed: name the value itself; members are behind `->`.",
    ],
    ["(x", "2: The expression ends too early: unclosed (."],
    [
      "x y",
      "2: An operator is missing before `y`: write one expression, such as `a == 1 && b == 2`.",
    ],
    ["x === 7", "0: Compare with `==`, as in C."],
    ["x >>> 7", "0: There is no `>>>` in C: use `>>`."],
    ["2 ** 3", "0: There is no power operator in C: use `<<` for powers of two."],
    ["y", "0: There is no `y` here."],
    ["vb->num_page", "4: It has no member `num_page`: did you mean `num_pages`?"],
    ["vb.num_pages.x", "13: It has no member `x`."],
    ["nothing->x", "9: This is NULL, so it has no `x`."],
    ["1 + nothing->x", "13: This is NULL, so it has no `x`."],
    ["pfns[9]", "5: There is no element 9."],
    ["pfns['length']", "5: There is no element length."],
    ["1 / (x - 7)", "4: This divides by zero."],
    ["x % 0", "4: This divides by zero."],
    ["1 << 128", "5: A value can be shifted by 0 to 127 bits."],
    ["1 << -1", "5: A value can be shifted by 0 to 127 bits."],
    ["1 << 127 << 1", "0: The result needs more than 128 bits."],
    ["vb + 1", "0: A number is needed here, and this is a structure."],
    ["x < 'a'", '4: A number is needed here, and this is the string "a".'],
    ["half * 2", "0: A number is needed here, and this is 0.5."],
    [
      "0.5",
      "0: `0.5` is a fraction, and there are only whole numbers here: compare for example `a * 100 >= b * 95`.",
    ],
    [
      "017",
      "0: `017` starts with a zero, which would make it octal in C. Remove the zero, or write `0x...`.",
    ],
    [
      "5 furlongs",
      "2: There is no unit `furlongs`. There are KiB, MiB, GiB, KB, MB, GB, pages, ns, us, ms, s and m.",
    ],
    ["foo(1)", "0: There is no function `foo`: there are min, max, abs and pages."],
    ["vb->num_pages()", "0: Only functions can be called: there are min, max, abs and pages."],
    ["min()", "0: `min` takes 1 to 16 values, not 0."],
    ["abs(1, 2)", "0: `abs` takes 1 value, not 2."],
    ["[1, 2]", "0: A list cannot be used in an expression."],
    ["(1, 2)", "0: A comma cannot be used in an expression."],
    ["vb?.num_pages", "0: `?.` cannot be used in an expression."],
  ])("%s", (text, expected) => {
    expect(run(text)).toBe(expected);
  });

  it("hints at the precedence of bit operators", () => {
    expect(parsed("x & 1 == 1").hints).toMatchObject([{ offset: 4 }]);
    expect(parsed("(x & 1) == 1 && x & (x == 1)").hints).toEqual([]);
  });
});

describe("hostile texts", () => {
  it.each([
    "constructor",
    "toString",
    "__proto__",
    "vb.constructor",
    "vb.__proto__",
    "vb['constructor']",
    "vb['__proto__']['constructor']",
    "vb->constructor->constructor('return 1')()",
    "pfns.length",
    "pfns['constructor']",
    "'a'.length",
    "'a'['constructor']",
    "(1).constructor",
    "min.constructor",
    "min['call'](1)",
    "toString()",
    "eval('1')",
    "process.exit()",
    "globalThis",
    "(() => 1)()",
    "function(){}",
    "new Date()",
    "`a`",
    "/(a+)+$/",
    "x++",
    "x += 1",
    "vb.num_pages = 0",
    "delete vb.num_pages",
    "typeof x",
    "a;b",
    "{}",
    "..." + "x",
    "\u0000",
    "x\u2028y",
    "5..toString",
    "0x",
    "0b2",
    "1e999",
    "'unclosed",
    '"\\',
    "-".repeat(900) + "1",
    "(".repeat(900),
    "(".repeat(400) + "1" + ")".repeat(400),
    "[".repeat(900),
    "x" + "[0".repeat(300),
    "x" + ".a".repeat(400),
    "1" + "+1".repeat(450),
    "x?x:".repeat(240) + "x",
    "9".repeat(999),
    "x".repeat(1001),
  ])("%s", (text) => {
    const result = run(text);
    expect(typeof result).toBe("string");
    expect(String(result)).toMatch(/^\d+: /);
  });

  it("never throws and points into the text", () => {
    const words = [
      "x",
      "vb",
      "->",
      ".",
      "[",
      "]",
      "(",
      ")",
      "1",
      "0x",
      "KiB",
      "ms",
      "==",
      "=",
      "&&",
      "!",
      "-",
      "?",
      ":",
      ",",
      "'",
      '"',
      " ",
      "min",
      "this",
      "__proto__",
      "é",
      "\\",
      "~",
      "<<",
      "1.5",
      "_",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        const result = parseExpression(text);
        const error = result.ok ? null : result.error;
        if (error !== null) expect(error.offset >= 0 && error.offset <= text.length).toBe(true);
        if (result.ok) evaluate(result.expression, resolver);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("names", () => {
  it("lists paths once, in order", () => {
    const names = namesIn(parsed("vb->num_pages > x && vb.num_pages + min(y, 4 KiB) == pfns[x]"));
    expect(names.map(({ path, offset }) => `${path.join(".")}@${offset}`)).toEqual([
      "vb.num_pages@0",
      "x@16",
      "y@40",
      "pfns@53",
    ]);
  });

  it("shows present values", () => {
    expect(
      actualValues(parsed("vb->num_pages > x && vb->name && nothing && vb && y"), resolver),
    ).toBe(
      'vb.num_pages = 256, x = 7, vb.name = "virtio0", nothing = null, vb = {...}, y = (unknown)',
    );
  });
});
