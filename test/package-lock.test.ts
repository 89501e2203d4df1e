import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly resolved?: string; readonly optionalDependencies?: Record<string, string> }
    >
  >;
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;

test("the lock file knows the packages of every platform, else npm ci refuses it", () => {
  // npm leaves out what it cannot fetch while it writes the file, and then calls that a mismatch.
  const named = Object.values(packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}),
  );
  expect(named.filter((name) => !packages[`node_modules/${name}`])).toEqual([]);
});

test("the lock file holds no download addresses", () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
