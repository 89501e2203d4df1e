import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

/** Each warning with its place, counted from 1, and the message. */
function warnings(guest: string, features: string, config = ""): string[] {
  const text = `guest: { memory: 1GiB, ${guest} }
device:
  features: [${features}]
${config === "" ? "" : `config: { ${config} }\n`}timeline: [wait: 1s]
`;
  const { scenario, diagnostics } = parseScenario(text, "x");
  expect(scenario).not.toBeNull();
  return diagnostics.map(({ code, severity, message, range }) => {
    expect(severity).toBe("warning");
    return `${range.line + 1}:${range.column + 1} ${code}: ${message}`;
  });
}

test("a feature younger than the driver: since when, and what happens instead", () => {
  expect(warnings("kernel: v4.19", "stats-vq, free-page-reporting")).toEqual([
    "3:24 feature-not-taken: The driver knows `free-page-reporting` since v5.7, and this guest has the v4.19 driver. " +
      "It leaves the feature out: free memory is not reported to the host. " +
      "Choose `driver: v5.7` or a later one, or remove the feature.",
  ]);
  expect(warnings("kernel: v5.7, driver: v4.14", "free-page-hint")).toEqual([
    "3:14 feature-not-taken: The driver knows `free-page-hint` since v5.0, and this guest has the v4.14 driver. " +
      "It leaves the feature out: a migration copies free memory too. " +
      "Choose `driver: v5.5` or a later one, or remove the feature.",
  ]);
});

test.each([
  ["kernel: v4.14", "must-tell-host, stats-vq, deflate-on-oom", ""],
  ["kernel: v5.5", "free-page-hint", ""],
  ["kernel: v5.5, page-poison: on", "free-page-hint, page-poison", ""],
  ["kernel: v4.19, driver: v5.7", "page-reporting", ""],
  ["kernel: v5.7, page-poison: on", "page-poison", "PAGE_REPORTING: n"],
])("nothing about %s with %s", (guest, features, config) => {
  expect(warnings(guest, features, config)).toEqual([]);
});

test.each([
  ["kernel: v5.7", "page-poison", "", "unless the kernel poisons freed pages"],
  ["kernel: v5.5, page-poison: on", "page-poison", "", "only along with `free-page-hint`"],
  ["kernel: v5.7", "page-reporting", "PAGE_REPORTING: n", "which `config` turns off"],
  ["kernel: v5.7, page-poison: on", "page-reporting", "", "cannot tell the host so"],
  ["kernel: v6.1, page-poison: on", "page-poison, page-reporting", "", "brings nothing back"],
])("%s with %s %s: %s", (guest, features, config, part) => {
  const [only, ...others] = warnings(guest, features, config);
  expect(only).toContain(part);
  expect(others).toEqual([]);
});

test("each kernel of a matrix is told of the features that its own driver leaves out", () => {
  const { diagnostics } = parseScenario(
    `guest: { memory: 1GiB }
device: { features: [page-reporting] }
matrix: { kernel: [v4.19, v5.5, v5.7, v6.1] }
timeline: [wait: 1s]
`,
    "x",
  );
  expect(diagnostics.map(({ message }) => /the (\S+) driver/.exec(message)?.[1])).toEqual([
    "v4.19",
    "v5.5",
  ]);
});
