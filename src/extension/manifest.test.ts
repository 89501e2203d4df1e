import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { KERNEL_NAMES } from "../scenario/kernels.ts";
import { DEBUG_TYPE } from "./debug-type.ts";

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly debuggers: readonly {
      readonly type: string;
      readonly languages: readonly string[];
      readonly variables: Readonly<Record<string, string>>;
      readonly configurationAttributes: {
        readonly launch: { readonly properties: Readonly<Record<string, object>> };
      };
      readonly configurationSnippets: readonly {
        readonly body: Readonly<Record<string, unknown>>;
      }[];
    }[];
    readonly languages: readonly { readonly id: string; readonly configuration: string }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly yamlValidation: readonly { readonly url: string }[];
    readonly grammars: readonly { readonly path: string; readonly scopeName: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, object>> };
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { contributes } = manifest;

describe("the manifest", () => {
  const files = readdirSync("src/extension").filter((name) => /(?<!\.test)\.ts$/.test(name));
  const registered = files.flatMap((file) =>
    [
      ...readFileSync(`src/extension/${file}`, "utf8").matchAll(/registerCommand\(\s*"([^"]+)"/g),
    ].map(([, id]) => id),
  );

  test("contributes exactly the commands that are registered", () => {
    expect(new Set(contributes.commands.map(({ command }) => command))).toEqual(
      new Set(registered),
    );
  });

  test("menus and variables name contributed commands", () => {
    const [debugger_] = contributes.debuggers;
    const named = Object.values(contributes.menus).flatMap((items) =>
      items.map(({ command }) => command),
    );
    for (const command of [...named, ...Object.values(debugger_?.variables ?? {})])
      expect(registered).toContain(command);
  });

  test("leaves the debug toolbar to stepping: docked, it has no room for more", () => {
    expect(contributes.menus["debug/toolBar"] ?? []).toEqual([]);
  });

  test("describes every launch attribute in Markdown, and snippets use no other", () => {
    const [debugger_] = contributes.debuggers;
    expect(debugger_?.type).toBe(DEBUG_TYPE);
    const attributes = debugger_?.configurationAttributes.launch.properties ?? {};
    expect(Object.keys(attributes)).toEqual([
      "program",
      "kernel",
      "seed",
      "variant",
      "stopOnEntry",
      "linuxTree",
    ]);
    for (const attribute of Object.values(attributes))
      expect(attribute).toHaveProperty("markdownDescription");
    const known = ["type", "request", "name", ...Object.keys(attributes)];
    for (const { body } of debugger_?.configurationSnippets ?? [])
      expect(known).toEqual(expect.arrayContaining(Object.keys(body)));
  });

  test("offers every kernel for a launch, with a description", () => {
    const { kernel } = contributes.debuggers[0]?.configurationAttributes.launch.properties ?? {};
    expect(kernel).toMatchObject({
      enum: KERNEL_NAMES,
      markdownEnumDescriptions: KERNEL_NAMES.map((name) => `%launch.kernel.${name}%`),
    });
  });

  test("has a text for every place that wants one", () => {
    const wanted = readFileSync("package.json", "utf8").matchAll(/"%([\w.]+)%"/g);
    const texts = JSON.parse(readFileSync("package.nls.json", "utf8")) as object;
    expect([...wanted].map(([, key = ""]) => key).filter((key) => !(key in texts))).toEqual([]);
  });

  test("describes every setting in Markdown", () => {
    for (const setting of Object.values(contributes.configuration.properties)) {
      expect(setting).toHaveProperty("markdownDescription");
      expect(setting).toHaveProperty("scope");
    }
  });

  test("names files that exist", () => {
    const files = [
      ...contributes.languages.map(({ configuration }) => configuration),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.snippets.map(({ path }) => path),
      ...contributes.yamlValidation.map(({ url }) => url),
    ];
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
