import { expect, test } from "vitest";
import { lineKey, rounded, withLine } from "./lines.ts";

const FREE = { counter: "nr_free_pages", value: 100 };
const BALLOON = { counter: "balloon_pages", value: 7 };

test("a value is as round as a pixel allows, in the unit that is shown", () => {
  const check = (at: number, perPixel: number, unit: "size" | "pages"): number =>
    rounded(at, { factor: 1, perPixel, unit });
  expect(check(100_000, 700, "size")).toBe(99_840);
  expect(check(123_456, 700, "pages")).toBe(123_500);
  expect(check(3.4, 0.01, "pages")).toBe(3);
  expect(check(-2, 5, "pages")).toBe(0);
  // Per cent of 262,144 pages: half of them.
  expect(rounded(50, { factor: 100 / 262_144, perPixel: 0.5, unit: "percent" })).toBe(131_000);
});

test("keys move by a hundredth of the axis, or by a tenth", () => {
  const press = (key: string, shiftKey = false) => lineKey({ key, shiftKey }, 50, 200);
  expect(press("ArrowUp")).toBe(52);
  expect(press("ArrowDown", true)).toBe(30);
  expect(press("PageDown")).toBe(30);
  expect(lineKey({ key: "ArrowDown", shiftKey: false }, 1, 200)).toBe(0);
  expect(press("Delete")).toBe("remove");
  expect(press("a")).toBeNull();
});

test("a line keeps its place and its switch when it is moved", () => {
  const lines = [
    { ...FREE, enabled: false },
    { ...BALLOON, enabled: true },
  ];
  const moved = withLine(lines, FREE, { ...FREE, value: 5 });
  expect(moved).toEqual([{ ...FREE, value: 5, enabled: false }, lines[1]]);
  expect(withLine(lines, null, BALLOON)).toEqual(lines);
  expect(withLine(lines, FREE, null)).toEqual([lines[1]]);
  expect(withLine(lines, FREE, { ...BALLOON })).toEqual([{ ...BALLOON, enabled: false }]);
});
