import { expect, test } from "vitest";
import { COST_NAMES, COST_PRESETS } from "../costs.ts";
import { FUNCTIONS } from "../expression.ts";
import { FEATURES } from "../device.ts";
import { KCONFIG_CHOICES } from "../kconfig.ts";
import { DRIVER_NAMES, KERNEL_NAMES } from "../kernels.ts";
import { SCENARIO_NAMES } from "../names.ts";
import { CONFIG, DEVICE, GUEST, HOST, keysOf, MATRIX, SCENARIO, STEPS } from "../shape.ts";
import { SYSCTLS } from "../sysctl.ts";
import { COMMANDS } from "../workload.ts";
import {
  COMMAND_DOCS,
  COUNTER_DOCS,
  DRIVER_DOCS,
  FEATURE_DOCS,
  FUNCTION_DOCS,
  infoAt,
  KERNEL_DOCS,
} from "./index.ts";

const keysAt = (...path: (string | number)[]): string[] => Object.keys(infoAt(path)?.keys ?? {});

/** What the language has, and what is written about it: a new key needs a sentence here. */
const cases: readonly (readonly [
  what: string,
  known: readonly string[],
  told: readonly string[],
])[] = [
  ["keys of a scenario", keysOf(SCENARIO), keysAt()],
  ["keys of `guest`", keysOf(GUEST), keysAt("guest")],
  ["keys of `matrix`", keysOf(MATRIX), keysAt("matrix")],
  ["keys of `device`", keysOf(DEVICE), keysAt("device")],
  ["keys of `host`", keysOf(HOST), keysAt("host")],
  ["keys of `config`", keysOf(CONFIG), keysAt("config")],
  ["keys of `costs`", ["preset", ...COST_NAMES], keysAt("costs")],
  [
    "keys of a step",
    [...new Set(Object.values(STEPS).flatMap((step) => keysOf(step)))],
    keysAt("timeline", 0),
  ],
  ["presets", Object.keys(COST_PRESETS), Object.keys(infoAt(["costs"])?.choices ?? {})],
  ["kernels", KERNEL_NAMES, Object.keys(KERNEL_DOCS)],
  ["drivers", DRIVER_NAMES, Object.keys(DRIVER_DOCS)],
  ["features", [...FEATURES.keys()], Object.keys(FEATURE_DOCS)],
  ["functions", [...FUNCTIONS.keys()], Object.keys(FUNCTION_DOCS)],
  ["commands", Object.keys(COMMANDS), Object.keys(COMMAND_DOCS)],
  ...Object.entries(COMMANDS).map(
    ([name, { options }]) =>
      [
        `options of ${name}`,
        Object.keys(options),
        Object.keys(COMMAND_DOCS[name]?.options ?? {}),
      ] as const,
  ),
];

test.each(cases)("all %s are explained, and nothing else", (_what, known, told) => {
  expect([...told].sort()).toEqual([...known].sort());
});

test("all counters are explained", () => {
  expect([...SCENARIO_NAMES.keys()].filter((name) => !Object.hasOwn(COUNTER_DOCS, name))).toEqual(
    [],
  );
});

test("a value is offered for each knob below /proc/sys", () => {
  const offered = Object.keys(infoAt(["timeline", 0, "sysctl"])?.choices ?? {});
  expect(offered.map((each) => each.replace(/ =.*/, ""))).toEqual(Object.keys(SYSCTLS));
});

test.each(Object.entries(KCONFIG_CHOICES))("all values of %s are explained", (option, choices) => {
  const told = Object.keys(infoAt(["config", option])?.choices ?? {});
  expect(told.sort()).toEqual([...choices].sort());
});

test("an example of a key begins with the key", () => {
  const wrong = [
    [],
    ["guest"],
    ["device"],
    ["host"],
    ["config"],
    ["costs"],
    ["timeline", 0],
  ].flatMap((path) =>
    keysAt(...path).filter((key) => infoAt([...path, key])?.example.startsWith(`${key}:`) !== true),
  );
  expect(wrong).toEqual([]);
});
