import { expect, test } from "vitest";
import { Table } from "./table.ts";

test("rows stand in columns, each with its budget", () => {
  const table = new Table();
  table.add("state per page", 18.008, "B", 24);
  table.add("CPU time", 1.5, "s");
  table.add("checkpoints on", 1.02, "x", 1.05);
  expect(table.lines()).toEqual([
    "state per page        18 B        <= 24 B",
    "CPU time            1.50 s",
    "checkpoints on      1.02 x        <= 1.05 x",
  ]);
});

test("what is no number is refused, not printed", () => {
  expect(() => new Table().add("state per page", 300 / Number(undefined), "B")).toThrow(
    /state per page: NaN is no measurement/,
  );
});
