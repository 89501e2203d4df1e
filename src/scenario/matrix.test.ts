import { expect, test } from "vitest";
import { parseScenario, variantsOf } from "./index.ts";

const scenario = (matrix: string, rest = ""): string =>
  `name: two\nguest: { memory: 1GiB }\n${matrix}\ntimeline: [{ wait: 1s }]\n${rest}`;

const TWO = scenario("matrix: { kernel: [v4.19, v5.7], memory: [512MiB, 2GiB] }");

test("every combination is a variant, called by its values", () => {
  expect(variantsOf(TWO).map(({ name }) => name)).toEqual([
    "v4.19, 512MiB",
    "v4.19, 2GiB",
    "v5.7, 512MiB",
    "v5.7, 2GiB",
  ]);
  expect(variantsOf(scenario(""))).toEqual([]);
  expect(variantsOf("[")).toEqual([]);
});

test("an axis that is decided otherwise is none", () => {
  expect(variantsOf(TWO, { kernel: "v6.1" }).map(({ name }) => name)).toEqual(["512MiB", "2GiB"]);
});

test("a variant's values take the place of the file's; the first is what runs by itself", () => {
  const run = (variant?: string): unknown => {
    const { scenario: read } = parseScenario(TWO, "", variant === undefined ? {} : { variant });
    return [read?.name, read?.kernel, read?.config.nr_pages];
  };
  expect(run()).toEqual(["two (v4.19, 512MiB)", "v4.19", 131072]);
  expect(run("v5.7, 2GiB")).toEqual(["two (v5.7, 2GiB)", "v5.7", 524288]);
});

test("a variant keeps its other values when its kernel or seed is decided otherwise", () => {
  const run = (text: string, variant: string): unknown => {
    const { scenario: read, diagnostics } = parseScenario(text, "", { kernel: "v6.1", variant });
    return [read?.name, read?.kernel, diagnostics.map(({ code }) => code)];
  };
  expect(run(TWO, "v5.7, 2GiB")).toEqual(["two (2GiB)", "v6.1", []]);
  const kernels = scenario("matrix: { kernel: [v4.19, v5.7] }");
  expect(run(kernels, "v5.7")).toEqual(["two", "v6.1", []]);
  expect(run(kernels, "v5.8")).toEqual([undefined, undefined, ["no-variant"]]);
});

const problems: readonly (readonly [matrix: string, told: readonly string[]])[] = [
  ["matrix: { kernle: [v5.7] }", ["2:10 unknown-key"]],
  ["matrix: { kernel: v5.7 }", ["2:18 wrong-kind"]],
  ["matrix: { kernel: [] }", ["2:10 matrix-empty"]],
  ["matrix: { memory: [1GiB, 1GiB] }", ["2:25 matrix-twice"]],
  [
    "matrix: { kernel: [v5.7, v5.8], memory: [1GiB, 1GeB] }",
    ["2:25 unknown-kernel", "2:47 size-syntax"],
  ],
  [
    `matrix: { seed: [${Array.from({ length: 33 }, (_each, seed) => seed).join(", ")}] }`,
    ["2:0 matrix-size"],
  ],
];

test.each(problems)("%s", (matrix, told) => {
  const { diagnostics } = parseScenario(scenario(matrix), "");
  expect(diagnostics.map(({ range, code }) => `${range.line}:${range.column} ${code}`)).toEqual(
    told,
  );
});

test("says which variants there are", () => {
  const [first] = parseScenario(scenario("matrix: { kernel: [v4.19, v5.7] }"), "", {
    variant: "v6.1",
  }).diagnostics;
  expect(first?.message).toBe("There is no variant `v6.1`. There are `v4.19` and `v5.7`.");
  const [none] = parseScenario(scenario(""), "", { variant: "v6.1" }).diagnostics;
  expect(none?.message).toContain("has no `matrix`");
});
