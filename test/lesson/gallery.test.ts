import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openScenario } from "../../src/dap/open.ts";

const FOLDER = "scenarios/gallery";
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".balloon.yaml"));
const index = readFileSync(`${FOLDER}/README.md`, "utf8");

test("the index lists every scenario of the gallery", () => {
  const listed = [...index.matchAll(/^\| ([a-z][a-z-]+) +\|/gm)].map(([, name = ""]) => name);
  expect(listed.slice(1)).toEqual(files.map((name) => name.replace(".balloon.yaml", "")));
});

describe.each(files)("%s", (name) => {
  const text = readFileSync(`${FOLDER}/${name}`, "utf8");

  test("says where it comes from and what to look at", () => {
    const [head = ""] = text.split("name:");
    expect(head).toMatch(/^# Source: /m);
    expect(head).toMatch(/^# Look at /m);
  });

  test("what it expects holds", async () => {
    const { session, diagnostics } = openScenario({
      text,
      path: `${FOLDER}/${name}`,
      keepHistory: false,
      yield: () => Promise.resolve(),
    });
    // A warning is there to be looked at, or it is a mistake.
    const warns = /^# Look at the warning/m.test(text);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(warns ? ["warning"] : []);
    if (session === null) throw new Error("it has no session");
    const { reason } = await session.execute("continue");
    expect(reason.kind).toBe("end");
    const { expect: outcomes } = session.result();
    session.dispose();
    expect(outcomes.length).toBeGreaterThan(2);
    expect(outcomes.filter(({ pass }) => !pass)).toEqual([]);
  });
});
