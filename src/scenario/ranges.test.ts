/** Every number that a scenario can set: the ends of its range are accepted, what lies beyond is not. */
import { expect, test } from "vitest";
import { parseScenario } from "./index.ts";

const scenario = (guest: string, step = "wait: 1s", more = ""): string =>
  `guest: { memory: 1GiB, ${guest} }\n${more}timeline:\n  - ${step}\n`;
const guestKey =
  (key: string, kernel = "v5.7") =>
  (value: string): string =>
    scenario(`kernel: ${kernel}, ${key}: ${value}`);
const step =
  (text: string) =>
  (value: string): string =>
    scenario("cpus: 1", text.replace("#", value));

const knobs: readonly (readonly [
  name: string,
  text: (value: string) => string,
  least: string,
  most: string,
  below: string,
  above: string,
])[] = [
  [
    "memory",
    (value) => `guest: { memory: ${value} }\ntimeline: [wait: 1s]\n`,
    "96MiB",
    "256GiB",
    "95MiB",
    "257GiB",
  ],
  ["cpus", guestKey("cpus"), "1", "64", "0", "65"],
  ["min-free-kbytes", guestKey("min-free-kbytes"), "0", "524288", "-1", "524289"],
  ["watermark-scale-factor", guestKey("watermark-scale-factor"), "1", "1000", "0", "1001"],
  ["swap", guestKey("swap"), "0", "256GiB", "-1", "257GiB"],
  ["swappiness", guestKey("swappiness"), "0", "100", "-1", "101"],
  ["swappiness of v6.1", guestKey("swappiness", "v6.1"), "0", "200", "-1", "201"],
  [
    "oom-pages",
    guestKey("oom-pages", "v4.14"),
    "-2147483648",
    "2147483647",
    "-2147483649",
    "2147483648",
  ],
  ["disk-limit", guestKey("disk-limit"), "4KiB/s", "100GiB/s", "4095B/s", "-1MiB/s"],
  ["a file", (value) => scenario(`files: { big: ${value} }`), "1B", "256GiB", "0", "257GiB"],
  [
    "seed",
    (value) => scenario("cpus: 1", "wait: 1s", `seed: ${value}\n`),
    "0",
    "4294967295",
    "-1",
    "4294967296",
  ],
  ["balloon", step("balloon: #"), "0", "1GiB", "-1MiB", "1025MiB"],
  ["drop-caches", step("drop-caches: #"), "1", "3", "0", "4"],
  ["vm.swappiness", step("sysctl: vm.swappiness = #"), "0", "100", "-1", "101"],
  [
    "vm.watermark_scale_factor",
    step("sysctl: vm.watermark_scale_factor = #"),
    "1",
    "1000",
    "0",
    "1001",
  ],
  ["vm.compact_memory", step("sysctl: vm.compact_memory = #"), "1", "1", "0", "2"],
  ["memhog", step("run: memhog #"), "1B", "256GiB", "0", "257GiB"],
  ["--oom-score-adj", step("run: memhog 1MiB --oom-score-adj #"), "-1000", "1000", "-1001", "1001"],
  ["--keep-every", step("run: frag 1MiB --keep-every #"), "2", "1024", "1", "1025"],
  ["--children", step("run: forker 1MiB --children #"), "1", "32", "0", "33"],
];

const errorsIn = (text: string): string[] =>
  parseScenario(text, "x").diagnostics.flatMap(({ severity, message }) =>
    severity === "error" ? [message] : [],
  );

test.each(knobs)("%s", (_name, text, least, most, below, above) => {
  expect([...errorsIn(text(least)), ...errorsIn(text(most))]).toEqual([]);
  for (const wrong of [below, above]) {
    const errors = errorsIn(text(wrong));
    expect([wrong, errors.length]).toEqual([wrong, 1]);
    // It says what may stand there.
    expect(errors[0]).toMatch(/\d/);
  }
});
