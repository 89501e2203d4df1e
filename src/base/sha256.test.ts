import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { sha256 } from "./sha256.ts";

/** Lengths around the ends of blocks, and characters of several bytes. */
const texts = [
  "",
  "abc",
  "ü€😀",
  ..."55 56 63 64 65 119 120 1000".split(" ").map((n) => "x".repeat(+n)),
];

for (const text of texts) {
  it(`agrees with the platform on ${text.length} characters`, () => {
    expect(sha256(text)).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
  });
}
