import { describe, expect, test } from "vitest";
import type { SampleSnapshot } from "../base/sample-columns.ts";
import { parseRecording, shiftToFirstInflation } from "./recording.ts";

function read(text: string): SampleSnapshot {
  const recording = parseRecording(text);
  if (!recording.ok) throw new Error(recording.problem);
  return recording.samples;
}

describe("a recorded /proc/vmstat", () => {
  test("starts at zero, prefers the guest's clock, knows what is in the balloon", () => {
    const samples = read(
      "host_s,guest_s,nr_free_pages,balloon_inflate,balloon_deflate\r\n" +
        "38.43,22.110,100,0,0\r\n38.64,22.323,90,30,10\r\n",
    );
    expect(samples.times).toEqual([0, 213_000_000]);
    expect(samples.series).toEqual({
      nr_free_pages: [100, 90],
      balloon_inflate: [0, 30],
      balloon_deflate: [0, 10],
      balloon_pages: [0, 20],
    });
  });

  test("has gaps where a value is missing, and passes over lines without a time", () => {
    const { times, series } = read("time_s,pgfault\n1,5\nend\n2,\n3,x\n");
    expect(times).toEqual([0, 1e9, 2e9]);
    expect(series).toEqual({ pgfault: [5, NaN, NaN] });
  });

  test("may be the file itself, again and again, after the time", () => {
    const samples = read(
      "100.25 397.10\nnr_free_pages 100\nballoon_inflate 0\nballoon_deflate 0\n" +
        "101.50 398.00\r\nnr_free_pages 90\r\nballoon_inflate 30\r\nballoon_deflate 10\r\n" +
        "1700000000.125\nnr_free_pages 80\nnew_counter 1\n",
    );
    expect(samples.times).toEqual([0, 1.25e9, 1_699_999_899_875_000_000]);
    expect(samples.series).toEqual({
      nr_free_pages: [100, 90, 80],
      balloon_inflate: [0, 30, NaN],
      balloon_deflate: [0, 10, NaN],
      new_counter: [NaN, NaN, 1],
      balloon_pages: [0, 20, NaN],
    });
  });

  test.each([
    ["time_s,pgfault\n5,1\n6,2\n6,3\n2,4\n7,5\n", [0, 1e9, 2e9], [1, 2, 5]],
    ["5 9\npgfault 1\n3 9\npgfault 2\n6 9\npgfault 3\n", [0, 1e9], [1, 3]],
  ])("%j leaves out what is not later", (text, times, pgfault) => {
    const samples = read(text);
    expect(samples.times).toEqual(times);
    expect(samples.series).toEqual({ pgfault });
  });

  test.each([
    ["nr_free_pages 100\nnr_free_pages 90\n", "no-time"],
    ["1.5 2.5\n3.5 4.5\n", "no-rows"],
    ["", "no-time"],
    ["nr_free_pages\n1\n", "no-rows"],
    ["guest_s,nr_free_pages\n", "no-rows"],
    ["guest_s\n1\n", "no-rows"],
  ])("%j is none: %s", (text, problem) => {
    expect(parseRecording(text)).toEqual({ ok: false, problem });
  });
});

test.each([
  ["0,5\n1,5\n2,9\n", "0,0\n10,0\n11,4\n", -9e9],
  ["0,0\n1,0\n", "0,0\n10,3\n", 0],
  ["0,0\n1,1\n", "0,0\n1,1\n", 0],
])("%j is met by %j when it moves by %i ns", (own, other, shift) => {
  const head = "guest_s,balloon_inflate\n";
  expect(shiftToFirstInflation(read(head + own), read(head + other))).toBe(shift);
});
