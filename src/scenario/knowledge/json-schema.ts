/**
 * The language as a JSON Schema, for editors without our language server (`# yaml-language-server:
 * $schema=...`). Keys, and which of them must be, come from the zod shapes; words and values from the
 * tables beside this file. What needs arithmetic or the rest of the file (a balloon larger than the
 * guest, a task that was never started) only the parser knows.
 */
import * as z from "zod";
import { durationUnitNames, sizeUnitNames } from "../../base/units.ts";
import { FEATURES } from "../device.ts";
import { DRIVER_NAMES, KERNEL_NAMES } from "../kernels.ts";
import { CONFIG, DEVICE, GUEST, HOST, SCENARIO, STEPS } from "../shape.ts";
import type { KeyInfo } from "./key-info.ts";
import { DRIVER_DOCS, KERNEL_DOCS } from "./kernels.ts";
import { LANGUAGE } from "./language.ts";

/** As much of draft-7 as is written here. */
export type JsonSchema = { readonly [key: string]: unknown };

export function jsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Scenario of the Virtio Balloon Debugger",
    ...schemaOf(LANGUAGE, []),
  };
}

/** Sections with a shape of their own, by their path; list positions are left out. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  "": SCENARIO,
  guest: GUEST,
  device: DEVICE,
  host: HOST,
  config: CONFIG,
};

function schemaOf(info: KeyInfo, path: readonly string[]): JsonSchema {
  const words = {
    description: info.doc,
    ...(info.default === undefined ? {} : { default: plainDefault(info.default) }),
  };
  return { ...words, ...valueSchema(info, path) };
}

function valueSchema(info: KeyInfo, path: readonly string[]): JsonSchema {
  switch (info.value) {
    case "text":
    case "command":
    case "task-name":
    case "task":
      return { type: "string", minLength: 1 };
    case "expression":
      return { type: ["string", "integer", "boolean"] };
    case "integer":
      return { type: "integer" };
    case "size":
    case "file-size":
      return { type: ["string", "integer"], pattern: SIZE };
    case "duration":
      return { type: ["string", "integer"], pattern: DURATION };
    case "share":
      return { type: "string", pattern: "^[0-9]{1,2}(\\.[0-9])?%$" };
    case "choice":
      return oneOf(info.choices ?? {});
    case "kernel":
      return oneOf(KERNEL_DOCS, KERNEL_NAMES);
    case "driver":
      return oneOf(DRIVER_DOCS, DRIVER_NAMES);
    case "feature":
      return oneOf(info.choices ?? {}, FEATURE_NAMES);
    case "costs":
      return { anyOf: [oneOf(info.choices ?? {}), mapSchema(info, path)] };
    case "map":
      return path.at(-1) === "timeline" ? stepSchema(info) : mapSchema(info, path);
    case "list":
      return { type: "array", items: schemaOf(info.items ?? info, path) };
  }
}

const FEATURE_NAMES = [...FEATURES.keys()];

function mapSchema(info: KeyInfo, path: readonly string[]): JsonSchema {
  const shape = SHAPES[path.join(".")];
  const properties = Object.entries(info.keys ?? {}).map(
    ([key, each]) => [key, schemaOf(each, [...path, key])] as const,
  );
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(shape === undefined ? {} : requiredBy(shape)),
    additionalProperties: info.others === undefined ? false : schemaOf(info.others, path),
  };
}

/** One alternative for each thing that a step can do. */
function stepSchema(info: KeyInfo): JsonSchema {
  const known = info.keys ?? {};
  return {
    anyOf: Object.values(STEPS).map((shape) => ({
      type: "object",
      properties: Object.fromEntries(
        Object.keys(shape.shape).flatMap((key) => {
          const each = known[key];
          return each === undefined ? [] : [[key, schemaOf(each, ["timeline", key])] as const];
        }),
      ),
      ...requiredBy(shape),
      additionalProperties: false,
    })),
  };
}

function requiredBy(shape: z.ZodType): { required?: readonly string[] } {
  const { required = [] } = z.toJSONSchema(shape, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
  });
  return required.length === 0 ? {} : { required };
}

/** YAML reads `3` as a number, so choices that look like one are offered as one, too. */
function oneOf(
  docs: Readonly<Record<string, string>>,
  names: readonly string[] = Object.keys(docs),
): JsonSchema {
  return {
    anyOf: names.map((name) => ({
      const: /^\d+$/.test(name) ? Number(name) : name,
      description: docs[name] ?? "",
    })),
  };
}

function plainDefault(text: string): unknown {
  if (/^\d+$/.test(text)) return Number(text);
  const list = /^\[(.*)\]$/.exec(text)?.[1];
  return list === undefined ? text : list.split(/,\s*/);
}

const NUMBER = "(0[xX][0-9a-fA-F]+|[0-9]+(\\.[0-9]+)?)";
const SIZE = `^${NUMBER}\\s*(${sizeUnitNames().join("|")})?$`;
const DURATION = `^(0|([0-9]+(\\.[0-9]+)?\\s*(${durationUnitNames().join("|")})\\s*)+)$`;
