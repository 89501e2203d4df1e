import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { machineExternals } from "./externals.ts";

const primitives = readFileSync(new URL("../machine/primitives.ts", import.meta.url), "utf8");

test("the table has every primitive that the machine declares, and no other", () => {
  const declared = [...primitives.matchAll(/declare function (\w+)/g)].map((match) => match[1]);
  expect(new Set(Object.keys(machineExternals))).toEqual(new Set(declared));
});

test("the primitives that suspend are those whose comments say so", () => {
  const comments = [...primitives.matchAll(/\/\*\*([^/]*)\*\/\s*export declare function (\w+)/g)];
  const said = comments.filter((match) => /\bSuspends\./.test(match[1]!)).map((match) => match[2]!);
  const suspending = Object.keys(machineExternals).filter(
    (name) => machineExternals[name]!.suspends,
  );
  expect(suspending.sort()).toEqual(said.sort());
});
