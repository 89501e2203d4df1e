import { describe, expect, test } from "vitest";
import { applied, cursorIn } from "../../test/lsp/cursor.ts";
import { definitionAt, functionNameAt, referencesAt } from "./definition.ts";
import { prepareRename, rename } from "./rename.ts";

const TEXT = `guest: { files: { big: 1MiB } }
timeline:
  - run: cat big
    name: reader
  - run: memhog 1MiB # no name
  - run: cat big --loop
    name: second
  - kill: reader
  - kill: memhog
  - { run: cat big }
  - kill: cat
`;

/** Puts the cursor behind the `n`th `word`. */
function behind(word: string, n = 1): ReturnType<typeof cursorIn> {
  let at = -1;
  for (let i = 0; i < n; i++) at = TEXT.indexOf(word, at + 1);
  const end = at + word.length;
  return cursorIn(`${TEXT.slice(0, end)}|${TEXT.slice(end)}`);
}

function renamed(word: string, n: number, name: string): string {
  const { document, offset } = behind(word, n);
  const result = rename(document, offset, name);
  return result.ok ? applied(document, result.edits) : result.why;
}

describe("renaming", () => {
  test.each([1, 2])("a task from its %s. place", (n) => {
    expect(renamed("reader", n, "r")).toBe(TEXT.replaceAll("reader", "r"));
  });

  test("a file from where it is used", () => {
    expect(renamed("big", 3, "huge")).toBe(TEXT.replaceAll("big", "huge"));
  });

  test("a task that is called after its command gives it a name", () => {
    expect(renamed("memhog", 2, "hog")).toBe(
      TEXT.replace("memhog 1MiB", "memhog 1MiB\n    name: hog").replace(
        "kill: memhog",
        "kill: hog",
      ),
    );
  });

  const refusals: readonly (readonly [word: string, n: number, name: string, why: RegExp])[] = [
    ["reader", 1, "second", /already/],
    ["reader", 1, "a b", /cannot be a name/],
    ["reader", 1, "a".repeat(16), /1 to 15/],
    ["guest", 1, "x", /Only tasks and files/],
    ["- kill: cat", 1, "x", /Give it a `name:` first/],
  ];
  test.each(refusals)("%s (%i) to %j is refused", (word, n, name, why) => {
    expect(renamed(word, n, name)).toMatch(why);
  });

  test("begins with the name as it is", () => {
    const { document, offset } = behind("kill: reader");
    expect(prepareRename(document, offset)).toEqual({
      range: { start: { line: 7, character: 10 }, end: { line: 7, character: 16 } },
      placeholder: "reader",
    });
    const elsewhere = behind("timeline");
    expect(prepareRename(elsewhere.document, elsewhere.offset)).toBeNull();
  });
});

describe("going to where a name is given", () => {
  const places: readonly (readonly [what: string, line: number])[] = [
    ["kill: reader", 3],
    ["kill: memhog", 4],
    ["cat big", 0],
    ["kill: cat", 9],
  ];
  test.each(places)("from %s", (word, line) => {
    const { document, offset } = behind(word);
    expect(definitionAt(document, offset)?.range.start.line).toBe(line);
  });

  test("and to all that use it", () => {
    const { document, offset } = behind("big");
    const lines = referencesAt(document, offset, true).map(({ range }) => range.start.line);
    expect(lines).toEqual([0, 2, 5, 9]);
    expect(referencesAt(document, offset, false)).toHaveLength(3);
  });
});

test("words that may be functions are found whole", () => {
  const { document, offset } = cursorIn("# see fill_|balloon, then\n");
  const found = functionNameAt(document, offset);
  expect(found).toEqual({ name: "fill_balloon", span: { start: 6, end: 18 } });
  const blank = cursorIn("# | \n");
  expect(functionNameAt(blank.document, blank.offset)).toBeNull();
});
