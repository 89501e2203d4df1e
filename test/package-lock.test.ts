import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly resolved?: string; readonly optionalDependencies?: Record<string, string> }
    >
  >;
}

describe.each(["package-lock.json", "tools/desktop-host/package-lock.json"])("%s", (file) => {
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as Lock;

  test("knows the packages of every platform, else npm ci refuses it", () => {
    // npm leaves out what it cannot fetch while it writes the file, and then calls that a mismatch.
    const named = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(named.filter((name) => !packages[`node_modules/${name}`])).toEqual([]);
  });

  test("holds no download addresses", () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
