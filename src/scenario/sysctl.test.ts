import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

/** The step's file and value, or what is wrong with it. */
function check(text: string): string {
  const source = `guest: { memory: 1GiB }\ntimeline:\n  - sysctl: ${text}\n`;
  const { scenario, diagnostics } = parseScenario(source, "test.balloon.yaml");
  const step = scenario?.config.timeline[0];
  return step === undefined
    ? diagnostics.map(({ code, range }) => `${code} at ${range.column}`).join(", ")
    : `${step.kind} ${step.name} ${step.amount}`;
}

test.each([
  ["vm.min_free_kbytes = 8192", "sysctl vm.min_free_kbytes 8192"],
  ["vm/watermark_scale_factor=150", "sysctl vm.watermark_scale_factor 150"],
  ["vm.drop_caches", "sysctl-syntax at 12"],
  ["vm.drop_cache = 3", "unknown-sysctl at 12"],
  ["kernel.hostname = x", "unknown-sysctl at 12"],
  ["vm.drop_caches = 4", "number-range at 29"],
])("%s", (text, expected) => {
  expect(check(text)).toBe(expected);
});

test.each([
  ["forker 8MiB --children 33", "number-range"],
  ["frag 8MiB --keep-every 1", "number-range"],
  ["frag 0", "workload-size"],
  ["memhog 8MiB --huge=1", "option-value"],
])("run: %s", (command, code) => {
  const source = `guest: { memory: 1GiB }\ntimeline:\n  - run: ${command}\n`;
  const { diagnostics } = parseScenario(source, "test.balloon.yaml");
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
});
