/**
 * What model code may use of JavaScript. Only things whose result is specified to the last bit and
 * whose state a checkpoint copies: no Date, no Map, no transcendental functions.
 */

/** Constructors allowed after `new`. */
export const CONSTRUCTORS: ReadonlySet<string> = new Set([
  "Array",
  "Float32Array",
  "Float64Array",
  "Int16Array",
  "Int32Array",
  "Int8Array",
  "Uint16Array",
  "Uint32Array",
  "Uint8Array",
]);

/** Plain values. */
export const VALUES: ReadonlySet<string> = new Set(["undefined", "NaN", "Infinity"]);

/** Functions called by their bare name. */
export const FUNCTIONS: ReadonlySet<string> = new Set(["Boolean", "Number", "String"]);

/** Functions and constants that belong to a built-in object. */
export const STATICS: Readonly<Record<string, ReadonlySet<string>>> = {
  Math: new Set(
    "abs ceil clz32 floor fround imul max min round sign sqrt trunc E PI SQRT2".split(" "),
  ),
  Number: new Set(
    "isFinite isInteger isNaN isSafeInteger EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER".split(" "),
  ),
  Array: new Set(["isArray"]),
  String: new Set(["fromCharCode"]),
};

/** Methods of arrays, typed arrays, strings and numbers. */
export const METHODS: ReadonlySet<string> = new Set(
  (
    "at charAt charCodeAt concat copyWithin endsWith fill includes indexOf join lastIndexOf " +
    "padEnd padStart pop push repeat reverse set shift slice sort splice startsWith subarray " +
    "substring toFixed toLowerCase toString toUpperCase trim unshift"
  ).split(" "),
);

export function isBuiltin(name: string): boolean {
  return CONSTRUCTORS.has(name) || VALUES.has(name) || FUNCTIONS.has(name) || name in STATICS;
}

/** What to write instead of a name that exists in JavaScript and must not be used. */
export const FORBIDDEN: Readonly<Record<string, string>> = {
  BigInt: "use a number: integers are exact up to 2 ** 53",
  Date: "use now(), the clock of the simulated machine",
  JSON: "use a template literal to build text",
  Map: "use an array or a plain object: checkpoints copy nothing else",
  Object: "write the members out",
  Promise: "block with schedule() or wait_event()",
  Set: "use an array or a typed array: checkpoints copy nothing else",
  WeakMap: "use an array or a plain object: checkpoints copy nothing else",
  arguments: "name the parameters",
  console: "use printk()",
  eval: "write the code out",
  globalThis: "declare what you need in the model",
  performance: "use now(), the clock of the simulated machine",
  process: "a run depends on nothing but its scenario",
  setTimeout: "use schedule_timeout()",
};
