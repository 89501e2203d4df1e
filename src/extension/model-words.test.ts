import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expressionAt, localsUpTo } from "./model-words.ts";

/** The expression at the `|`, with what it covers when that is written otherwise. */
function at(marked: string): string | null {
  const text = marked.replace("|", "");
  const found = expressionAt(text, marked.indexOf("|"));
  if (found === null) return null;
  const covered = text.slice(found.start, found.end);
  return covered === found.expression ? covered : `${found.expression} for ${covered}`;
}

describe("the expression under the mouse", () => {
  test.each<readonly [string, string | null]>([
    ["let x = v|b.num_pages;", "vb"],
    ["let x = vb.num_|pages;", "vb.num_pages"],
    ["vb.vdev.con|fig.x", "vb.vdev.config"],
    [
      "zone.free_area[order + 1].nr_|free",
      "zone.free_area[order+1].nr_free for zone.free_area[order + 1].nr_free",
    ],
    ["zone.free_area[ord|er].nr_free", "order"],
    ["a[b[1]]![2].|c", "a[b[1]][2].c for a[b[1]]![2].c"],
    ["vb.balloon_wq!.na|me", "vb.balloon_wq.name for vb.balloon_wq!.name"],
    ["first\n    .second", null],
    ["fill_ball|oon(vb, 1)", null],
    ["vb.notify|<T>(x)", null],
    ["head(list).ne|xt", null],
    ["i|f (vb) {", null],
    ["// vb.num_|pages", null],
    ["/* a\n v|b", null],
    [`x = "v|b"`, null],
    ["x = `v|b`", null],
    ["{ or|der: 1 }", null],
    ["a ? b| : c", "b"],
    ["|1 + 2", null],
    ["", null],
  ])("%s", (marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  test("a chain may go over lines", () => {
    expect(at("first\n    .sec|ond")).toBe("first.second for first\n    .second");
  });
});

const SOURCE = `let pages = 0;
export function fill(vb: virtio_balloon, nr: PageCount = 1): void {
  const left = nr; // vb
  for (let i = 0; i < left; i++) {
    vb.left = { nr: i, left };
    later = 1;
  }
  let later = pages;
}

function next(page: Page): void {
  free(page);
}
`;

/** Names in each line, up to the line with this text. */
function locals(line: string): string[] {
  const words = localsUpTo(SOURCE, SOURCE.indexOf(line));
  const lineOf = (start: number): number => SOURCE.slice(0, start).split("\n").length - 1;
  return words.map(({ start, text }) => `${lineOf(start)} ${text}`);
}

describe("locals up to a line", () => {
  test("are parameters and what has been declared, where they stand", () => {
    expect(locals("    vb.left")).toEqual([
      "1 vb",
      "1 nr",
      "2 left",
      "2 nr",
      "3 i",
      "3 i",
      "3 left",
      "3 i",
      "4 vb",
      "4 i",
      "4 left",
    ]);
  });

  test("are those of the function that the line is in", () => {
    expect(locals("  free(page)")).toEqual(["10 page", "11 page"]);
    expect(locals("  let later")).toContain("7 later");
  });

  test("are none between functions", () => {
    expect(locals("let pages")).toEqual([]);
    expect(localsUpTo(SOURCE, SOURCE.indexOf("\n\nfunction") + 1)).toEqual([]);
    expect(localsUpTo("", 0)).toEqual([]);
  });

  test("are found at the closing brace, where a function can stop too", () => {
    expect(localsUpTo(SOURCE, SOURCE.lastIndexOf("}")).length).toBe(2);
  });

  test("of a real source are known to its compiler", () => {
    const text = readFileSync("src/model/balloon/virtio_balloon.ts", "utf8");
    const head = text.indexOf("export function fill_balloon");
    const names = new Set(localsUpTo(text, text.indexOf("\n}", head)).map((word) => word.text));
    expect([...names].slice(0, 2)).toEqual(["vb", "num"]);
  });
});
