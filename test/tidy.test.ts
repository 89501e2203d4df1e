import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const LONGEST_FILE = 600;

/** What says that something was left for later. Spelled apart, so that it is not found here. */
const LEFTOVERS = new RegExp(
  `\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"].join("|")})\\b`,
);

const files = ["src", "test", "tools", "docs", "scenarios"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|css|md|yaml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
);

function filesWhere(wrong: (text: string, file: string) => boolean): string[] {
  return files.filter((file) => wrong(readFileSync(file, "utf8"), file));
}

describe("all files", () => {
  test("leave nothing for later", () => {
    expect(filesWhere((text) => LEFTOVERS.test(text))).toEqual([]);
  });

  test("are one idea long", () => {
    const tooLong = (text: string, file: string) =>
      file.endsWith(".ts") && text.split("\n").length > LONGEST_FILE;
    expect(filesWhere(tooLong)).toEqual([]);
  });

  test("name no package registry: the lock file works with any", () => {
    expect(filesWhere((text) => /registry\.[a-z]+\.[a-z]+/.test(text))).toEqual([]);
  });
});
