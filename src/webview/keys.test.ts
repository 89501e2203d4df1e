import { expect, test } from "vitest";
import { keyAction, type KeyAction } from "./keys.ts";

const context = { range: { start: 100_000, end: 200_000 }, whole: { start: 0, end: 400_000 } };
const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

test.each<readonly [key: string, more: Partial<typeof none>, expected: KeyAction | null]>([
  ["ArrowLeft", {}, { kind: "cursor", time: 149_000 }],
  ["ArrowRight", { shiftKey: true }, { kind: "cursor", time: 160_000 }],
  ["Home", {}, { kind: "cursor", time: 0 }],
  ["End", {}, { kind: "cursor", time: 400_000 }],
  ["PageUp", {}, { kind: "zoom", range: { start: 50_000, end: 150_000 } }],
  ["PageDown", {}, { kind: "zoom", range: { start: 150_000, end: 250_000 } }],
  ["+", {}, { kind: "zoom", range: { start: 125_000, end: 175_000 } }],
  ["-", {}, { kind: "zoom", range: { start: 50_000, end: 250_000 } }],
  ["0", {}, { kind: "zoom", range: null }],
  ["Enter", {}, { kind: "seek", time: 150_000 }],
  ["0", { ctrlKey: true }, null],
  ["x", {}, null],
])("%s %j", (key, more, expected) => {
  expect(keyAction({ key, ...none, ...more }, { ...context, cursor: 150_000 })).toEqual(expected);
});

test("there is nowhere to go without a cursor", () => {
  expect(keyAction({ key: "Enter", ...none }, { ...context, cursor: null })).toBeNull();
});
