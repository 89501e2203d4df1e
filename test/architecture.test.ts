import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { from: string; to: string; rule: { name: string } }[];
  };
}

/** There are more source files than this; a parser that fails silently sees none. */
const FEWEST_MODULES = 150;

/** What the planted files import. */
const TARGETS = [
  "src/base/clock.ts",
  "src/machine/clock.ts",
  "src/model/config.ts",
  "src/model/balloon/virtio_balloon.ts",
  "src/model/host/device.ts",
  "src/model/virtio/virtio.ts",
  "src/session/session.ts",
  "src/dap/protocol.ts",
  "src/extension/x.ts",
  "src/webview/x.ts",
].map((path) => [path, "export const c = 1;"] as const);

describe("imports between the folders of src", () => {
  test("keep to the table", () => {
    const { totalCruised, violations } = cruise(process.cwd());
    expect(violations.map(({ from, to, rule }) => `${from} -> ${to}: ${rule.name}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(FEWEST_MODULES);
  });

  /** Each row plants one file and names the rule that has to object, or none. */
  const planted: [path: string, text: string, rule: string | null][] = [
    ["src/base/a.ts", `import "../machine/clock.ts";`, "base-layer"],
    ["src/compiler/a.ts", `import "../machine/clock.ts";`, "compiler-layer"],
    ["src/machine/a.ts", `import "../session/session.ts";`, "machine-layer"],
    ["src/machine/b.ts", `import "yaml";`, "machine-package"],
    ["src/machine/c.ts", `import "node:fs";`, "machine-node"],
    ["src/model/mm/a.ts", `import "../balloon/virtio_balloon.ts";`, "mm-and-sched-know-no-driver"],
    ["src/model/balloon/a.ts", `import "../host/device.ts";`, "balloon-and-host-meet-in-virtio"],
    ["src/model/host/a.ts", `import "../virtio/virtio.ts";`, null],
    ["src/scenario/a.ts", `import type { c } from "../model/config.ts";`, null],
    ["src/scenario/b.ts", `import "../model/virtio/virtio.ts";`, "scenario-layer"],
    ["src/session/a.ts", `import "../machine/clock.ts";`, null],
    ["src/session/b.ts", `import "../dap/protocol.ts";`, "session-layer"],
    ["src/session/c.ts", `import * as vscode from "vscode"; vscode;`, "session-package"],
    ["src/dap/a.ts", `import "../extension/x.ts";`, "dap-layer"],
    ["src/dap/b.ts", `import * as vscode from "vscode"; vscode;`, "dap-package"],
    ["src/lsp/a.ts", `import "../session/session.ts";`, "lsp-layer"],
    ["src/lsp/b.ts", `import * as vscode from "vscode"; vscode;`, "lsp-package"],
    ["src/webview/a.ts", `import "../session/session.ts";`, "webview-layer"],
    ["src/webview/b.ts", `import "../dap/protocol.ts";`, null],
    ["src/webview/c.ts", `import { readFileSync } from "node:fs"; readFileSync;`, "webview-node"],
    ["src/extension/a.ts", `import "../machine/clock.ts";`, "extension-layer"],
    ["src/session/d.ts", `import "./nowhere.ts";`, "resolvable"],
    ["src/helpers/a.ts", `import "../base/clock.ts";`, "layer-known"],
  ];

  // All in one folder: starting the checker for each row would be most of the test.
  const folder = mkdtempSync(join(tmpdir(), "architecture-"));
  for (const [path, text] of [...TARGETS, ...planted]) write(join(folder, path), text);
  const { violations } = cruise(folder);
  rmSync(folder, { recursive: true });

  test.each(planted)("%s with %s", (path, _text, rule) => {
    const names = violations.filter(({ from }) => from === path).map((each) => each.rule.name);
    expect(names).toEqual(rule === null ? [] : expect.arrayContaining([rule]));
  });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function cruise(folder: string): Cruise["summary"] {
  const config = resolve(".dependency-cruiser.mjs");
  const program = resolve("node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [program, "--config", config, "--output-type", "json", "src"];
  const text = execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  return (JSON.parse(text) as Cruise).summary;
}
