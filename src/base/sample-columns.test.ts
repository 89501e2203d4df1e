import { describe, expect, test } from "vitest";
import { SampleColumns, type SampleBatch } from "./sample-columns.ts";

const OPTIONS = { series: ["pages", "free"], events: ["kill", "oom"], limit: 4 };

/** Sample n is read at time 10 n, with n pages. */
function batch(first: number, count: number, more: Partial<SampleBatch> = {}): SampleBatch {
  const numbers = Array.from({ length: count }, (_none, i) => first + i);
  const times = numbers.map((n) => 10 * n);
  return {
    first,
    truncate: false,
    times,
    series: { pages: numbers, other: numbers },
    events: [],
    ...more,
  };
}

function columns(...batches: readonly SampleBatch[]): SampleColumns {
  const made = new SampleColumns(OPTIONS);
  for (const each of batches) made.append(each);
  return made;
}

describe("rows", () => {
  const cases: readonly (readonly [
    name: string,
    batches: readonly SampleBatch[],
    numbers: readonly number[],
  ])[] = [
    ["up to the limit all stay", [batch(0, 4)], [0, 1, 2, 3]],
    ["above it every second one goes", [batch(0, 5)], [0, 2, 4]],
    ["and the newest always stays", [batch(0, 6)], [0, 2, 4, 5]],
    ["one sample at a time", [batch(0, 5), batch(5, 1), batch(6, 1)], [0, 2, 4, 6]],
    [
      "the stride doubles",
      [batch(0, 5), batch(5, 3)],
      [0, 2, 4, 6, 7].filter((n) => n % 4 === 0 || n === 7),
    ],
    ["a long run keeps within the limit", [batch(0, 1000)], [0, 512, 999]],
    ["overlapping batches add nothing twice", [batch(0, 3), batch(1, 3)], [0, 1, 2, 3]],
    ["truncation drops what is there", [batch(0, 4), batch(2, 1, { truncate: true })], [0, 1, 2]],
    ["a truncation may come alone", [batch(0, 4), batch(2, 0, { truncate: true })], [0, 1]],
    ["a new run starts over", [batch(0, 100), batch(0, 2, { truncate: true })], [0, 1]],
  ];
  test.each(cases)("%s", (_name, batches, numbers) => {
    const made = columns(...batches);
    expect(made.snapshot().numbers).toEqual(numbers);
    expect(made.times).toEqual(numbers.map((n) => 10 * n));
    expect(made.column("pages")).toEqual(numbers);
    expect(made.length).toBe(numbers.length);
  });

  test("all series are kept when asked for, and some of them handed out", () => {
    const made = new SampleColumns({ ...OPTIONS, series: "all" });
    made.append(batch(0, 1));
    made.append(batch(1, 1, { series: { other: [7], late: [8] } }));
    expect(made.names).toEqual(["pages", "other", "late"]);
    expect(made.column("late")).toEqual([NaN, 8]);
    expect(made.column("pages")).toEqual([0, NaN]);
    expect(made.snapshot(["other", "none"]).series).toEqual({ other: [0, 7] });
  });

  test("a series that is missing is NaN, one that is unknown is empty", () => {
    const made = columns(batch(0, 2));
    expect(made.column("free")).toEqual([NaN, NaN]);
    expect(made.column("other")).toEqual([]);
  });
});

describe("events", () => {
  const kill = (time: number): SampleBatch["events"][number] => ({
    time,
    name: "kill",
    a: 1,
    b: 0,
  });
  const oom = (time: number): SampleBatch["events"][number] => ({
    time,
    name: "oom",
    a: 256,
    b: 0,
  });

  test("are kept in order, those wanted, each once", () => {
    const events = [kill(20), { time: 5, name: "noise", a: 0, b: 0 }];
    const made = columns(
      batch(0, 3, { events }),
      batch(3, 1, { events: [kill(20), oom(20), oom(15)] }),
    );
    expect(made.events).toEqual([oom(15), kill(20), oom(20)]);
  });

  test("go with the samples that are truncated", () => {
    const made = columns(
      batch(0, 4, { events: [oom(5), oom(25), oom(38)] }),
      batch(3, 0, { truncate: true }),
    );
    expect(made.events).toEqual([oom(5)]);
  });

  test("above the limit the frequent ones are thinned, not the rare", () => {
    const made = columns(batch(0, 1, { events: [oom(1), kill(2), oom(3), oom(4), oom(5)] }));
    expect(made.events).toEqual([oom(1), kill(2), oom(4)]);
  });
});

test("a snapshot rebuilds everything, also after JSON", () => {
  const made = columns(batch(0, 7, { events: [{ time: 1, name: "oom", a: 1, b: 2 }] }));
  const json = JSON.parse(JSON.stringify(made.snapshot())) as ReturnType<SampleColumns["snapshot"]>;
  const again = new SampleColumns(OPTIONS, json);
  expect(again.snapshot()).toEqual(made.snapshot());
  again.append(batch(7, 2));
  made.append(batch(7, 2));
  expect(again.snapshot()).toEqual(made.snapshot());
});
