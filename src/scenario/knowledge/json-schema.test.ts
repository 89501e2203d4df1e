import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { jsonSchema } from "./json-schema.ts";

const FILE = "schemas/scenario.schema.json";

test("the published schema is the language's own (UPDATE_GOLDEN=1 rewrites it)", async () => {
  const text = await format(JSON.stringify(jsonSchema()), { parser: "json", printWidth: 100 });
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync("schemas", { recursive: true });
    writeFileSync(FILE, text);
  }
  expect(readFileSync(FILE, "utf8")).toBe(text);
});

const schema = z.fromJSONSchema(jsonSchema());

describe("the schema accepts", () => {
  const files = ["scenarios", "scenarios/reference", "scenarios/gallery", "lessons"].flatMap(
    (folder) =>
      readdirSync(folder).flatMap((name) => (name.endsWith(".yaml") ? [`${folder}/${name}`] : [])),
  );
  test.each(files)("%s", (file) => {
    expect(schema.safeParse(parse(readFileSync(file, "utf8"))).error?.issues ?? []).toEqual([]);
  });
});

describe("the schema refuses", () => {
  const good = "guest: { memory: 1GiB }\ntimeline: [{ wait: 1s }]\n";
  test("nothing of a small scenario", () => {
    expect(schema.safeParse(parse(good)).success).toBe(true);
  });

  const bad: readonly (readonly [what: string, text: string])[] = [
    ["no guest", "timeline: [{ wait: 1s }]"],
    ["no memory", good.replace("memory", "cpus")],
    ["an unknown key", `${good}gest: 1`],
    ["an unknown unit", good.replace("GiB", "XiB")],
    ["an unknown step", good.replace("wait", "wiat")],
    ["two things in a step", good.replace("1s", "1s, balloon: 0")],
    ["an unknown kernel", good.replace("1GiB", "1GiB, kernel: v1.0")],
    ["stolen time that is no share", `${good}host: { steal: much }`],
    ["an unknown ring", `${good}device: { ring: round }`],
  ];
  test.each(bad)("%s", (_what, text) => {
    expect(schema.safeParse(parse(text)).success).toBe(false);
  });
});
