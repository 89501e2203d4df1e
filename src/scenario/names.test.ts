import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { nameIn, VMSTAT_NAMES } from "./names.ts";

it("knows exactly the counters that the model has", () => {
  const source = readFileSync(new URL("../model/mm/vmstat.ts", import.meta.url), "utf8");
  const table = source.slice(source.indexOf("vmstat_text"), source.indexOf("];"));
  const modelled = [...table.matchAll(/"([a-z0-9_]+)"/g)].map(([, name = ""]) => name);
  expect(modelled.toSorted()).toEqual(VMSTAT_NAMES.toSorted());
});

it.each([
  ["v5.7", "workingset_refault", "workingset_refault"],
  ["v5.7", "workingset_refault_file", "workingset_refault"],
  ["v6.1", "workingset_refault", "workingset_refault_file"],
  ["v6.1", "workingset_restore_file", "workingset_restore_file"],
  ["v6.1", "nr_active_file", "nr_active_file"],
  ["v4.19", "nr_active_file", "nr_active_file"],
] as const)("%s: %s", (kernel, name, expected) => {
  expect(nameIn(kernel, name)).toBe(expected);
});
