import { beforeEach, expect, test, vi } from "vitest";
import type * as vscode from "vscode";
import type { ModelSources } from "./model-sources.ts";
import { breakAtFunction } from "./function-breakpoints.ts";
import { ModelTree, type ModelNode } from "./model-tree.ts";

const { breakpoints, commands, debug } = vi.hoisted(() => ({
  breakpoints: [] as { functionName?: string }[],
  commands: new Map<string, (node?: unknown) => void>(),
  debug: { changed: (): void => {} },
}));

vi.mock("vscode", async () => {
  const { fakeVscode } = await import("../../test/extension/fake-vscode.ts");
  class ThemeIcon {
    static readonly Folder = new ThemeIcon("folder");
    readonly id: string;

    constructor(id: string) {
      this.id = id;
    }
  }
  const nothing = { dispose: (): void => {} };
  return {
    ...fakeVscode,
    ThemeIcon,
    ThemeColor: class {},
    TreeItemCollapsibleState: { Collapsed: 1 },
    TreeItem: class {
      readonly label: string;

      constructor(label: string) {
        this.label = label;
      }
    },
    FunctionBreakpoint: class {
      readonly functionName: string;

      constructor(functionName: string) {
        this.functionName = functionName;
      }
    },
    window: { createTreeView: () => nothing },
    commands: {
      executeCommand: () => Promise.resolve(),
      registerCommand: (id: string, run: () => void) => {
        commands.set(id, run);
        return nothing;
      },
    },
    debug: {
      breakpoints,
      onDidChangeBreakpoints: (listener: () => void) => {
        debug.changed = listener;
        return nothing;
      },
      addBreakpoints: (added: object[]) => {
        breakpoints.push(...added);
        debug.changed();
      },
      removeBreakpoints: (removed: object[]) => {
        for (const each of removed) breakpoints.splice(breakpoints.indexOf(each), 1);
        debug.changed();
      },
    },
  };
});

const functionOf = (name: string, line: number, maySleep: boolean, doc = ""): object => ({
  name,
  line,
  maySleep,
  doc,
});
const SOURCES = {
  files: () =>
    Promise.resolve([
      {
        path: "balloon/v4_19.ts",
        functions: [
          functionOf("virtio_balloon_shrinker_scan", 30, true, "Gives pages back."),
          functionOf("virtballoon_probe", 12, false),
        ],
      },
      { path: "balloon/v6_19.ts", functions: [functionOf("update_balloon_vm_stats", 9, false)] },
      { path: "balloon/v6_8.ts", functions: [functionOf("update_balloon_size_func", 9, true)] },
      { path: "balloon/virtio_balloon.ts", functions: [functionOf("fill_balloon", 5, true)] },
      { path: "config.ts", functions: [] },
      { path: "ram.ts", functions: [functionOf("ram_pages", 1, false)] },
    ]),
} as unknown as ModelSources;

let tree: ModelTree;

beforeEach(() => {
  breakpoints.length = 0;
  tree = new ModelTree(SOURCES);
});

async function lines(node?: ModelNode, indent = ""): Promise<string[]> {
  const children = await tree.getChildren(node);
  const told = children.map(async (child) => {
    const { label, description, iconPath } = tree.getTreeItem(child);
    const icon = (iconPath as vscode.ThemeIcon).id;
    const own = [`${indent}${label as string}`, description, icon].filter(Boolean).join(" | ");
    return [own, ...(await lines(child, `${indent}  `))];
  });
  return (await Promise.all(told)).flat();
}

async function scan(): Promise<ModelNode> {
  const [folder] = await tree.getChildren();
  const [file] = await tree.getChildren(folder);
  const functions = await tree.getChildren(file);
  return functions[1]!;
}

test("shows folders, files, generations of the driver, and what may sleep", async () => {
  expect(await lines()).toEqual([
    "balloon | folder",
    "  v4_19.ts | driver as in v4.19 | versions",
    "    virtballoon_probe | symbol-function",
    "    virtio_balloon_shrinker_scan | may sleep | watch",
    "  v6_8.ts | driver as in v6.8 | versions",
    "    update_balloon_size_func | may sleep | watch",
    "  v6_19.ts | driver as in v6.19 | versions",
    "    update_balloon_vm_stats | symbol-function",
    "  virtio_balloon.ts | file-code",
    "    fill_balloon | may sleep | watch",
    "ram.ts | file-code",
    "  ram_pages | symbol-function",
  ]);
});

test("a function opens at its line, and says what it does", async () => {
  const { command, tooltip, accessibilityInformation } = tree.getTreeItem(await scan());
  expect(String(command?.arguments?.[0])).toBe("balloon-model:/balloon/v4_19.ts");
  expect(command?.arguments?.[1]).toMatchObject({ selection: { start: { line: 30 } } });
  expect(tooltip).toBe("virtio_balloon_shrinker_scan\nGives pages back.\nmay sleep");
  expect(accessibilityInformation?.label).toBe("virtio_balloon_shrinker_scan, may sleep");
});

test("a breakpoint is set and taken away, and seen wherever it was set", async () => {
  const node = await scan();
  let changes = 0;
  tree.onDidChangeTreeData(() => changes++);
  commands.get("balloon.toggleModelBreakpoint")?.(node);
  expect(breakpoints).toMatchObject([{ functionName: "virtio_balloon_shrinker_scan" }]);
  const set = tree.getTreeItem(node);
  expect((set.iconPath as vscode.ThemeIcon).id).toBe("debug-breakpoint-function");
  expect(set.accessibilityInformation?.label).toContain("breakpoint");
  commands.get("balloon.toggleModelBreakpoint")?.(node);
  expect(breakpoints).toEqual([]);
  expect(changes).toBe(2);
  commands.get("balloon.toggleModelBreakpoint")?.();
  expect(breakpoints).toEqual([]);
});

test("a function that is chosen twice has one breakpoint", () => {
  breakAtFunction("tell_host");
  breakAtFunction("tell_host");
  breakAtFunction("fill_balloon");
  expect(breakpoints.map(({ functionName }) => functionName)).toEqual([
    "tell_host",
    "fill_balloon",
  ]);
});
