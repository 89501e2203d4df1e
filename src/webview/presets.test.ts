import { describe, expect, test } from "vitest";
import { FIRST_CHOICE, paneSeries, PRESETS, seriesOf, withSeries } from "./presets.ts";

const custom = (...picked: readonly string[]) => ({
  ...FIRST_CHOICE,
  preset: "custom" as const,
  picked,
});

describe("a choice", () => {
  test.each([
    ["adds to its own", custom("a"), "b", true, ["a", "b"]],
    ["adds nothing twice", custom("a", "b"), "a", true, ["b", "a"]],
    ["drops", custom("a", "b"), "a", false, ["b"]],
    ["starts from the preset", FIRST_CHOICE, "oom_kill", true, [...PRESETS.headline, "oom_kill"]],
  ] as const)("%s", (_name, from, series, shown, expected) => {
    const changed = withSeries(from, series, shown);
    expect(changed.preset).toBe("custom");
    expect(seriesOf(changed)).toEqual(expected);
  });
});

test.each([
  ["memory", [], ["balloon_pages", "balloon_target", "nr_free_pages", "nr_file_pages"]],
  ["activity", [], ["balloon_inflate", "balloon_deflate"]],
  ["memory", ["nr_free_pages", "oom_kill"], ["nr_free_pages"]],
] as const)("the headline's %s plot of a run with %j", (pane, available, expected) => {
  expect(paneSeries(PRESETS.headline, pane, available)).toEqual(expected);
});

test("every preset fills both plots", () => {
  for (const names of Object.values(PRESETS)) {
    expect(paneSeries(names, "memory", []).length).toBeGreaterThan(0);
    expect(paneSeries(names, "activity", []).length).toBeGreaterThan(0);
  }
});
