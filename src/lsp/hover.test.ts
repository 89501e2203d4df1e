import { expect, test } from "vitest";
import { cursorIn } from "../../test/lsp/cursor.ts";
import { hoverAt } from "./hover.ts";

const cases: readonly (readonly [what: string, marked: string, parts: readonly string[] | null])[] =
  [
    ["a key", "guest:\n  mem|ory: 1GiB", ["**memory**", "RAM of the guest", "memory: 1GiB"]],
    ["a key with its default", "gu|est: 1\nseed: 1\n", ["**guest**"]],
    ["a default", "se|ed: 2", ["Default: `1`"]],
    ["choices of a key", "guest:\n  th|p: never", ["- `always`", "- `never`"]],
    [
      "a decimal size",
      "timeline:\n  - balloon: 53|GB",
      ["12,939,453 pages", "49.36 GiB", "53,000,000,000 bytes", "left out"],
    ],
    ["a file's size", "guest: { files: { a: 5|kB } }", ["2 pages", "A started page"]],
    ["a rate", "timeline:\n  - run: memhog 1MiB --rate 50MiB|/s", ["12,800 pages a second"]],
    ["a time", "timeline:\n  - wait: 1m3|0s", ["1m30s", "90,000,000,000 ns"]],
    [
      "a time within an option",
      "timeline:\n  - run: memhog 1MiB --hold=1|0s",
      ["10,000,000,000 ns"],
    ],
    ["a kernel", "guest: { kernel: v4.|19 }", ["Linux 4.19", "Driver v4.19", "Shrinker"]],
    ["a driver", "guest: { driver: v5.|7 }", ["**Driver v5.7**", "OOM notifier"]],
    [
      "a feature",
      "device: { features: [deflate|-on-oom] }",
      ["bit 2", "`VIRTIO_BALLOON_F_DEFLATE_ON_OOM`", "Drivers: all generations"],
    ],
    ["a choice", "costs: tc|g", ["**tcg**", "QEMU"]],
    ["a command", "timeline:\n  - run: c|at big", ["cat FILE [--loop]"]],
    ["an option", "timeline:\n  - run: memhog 4MiB --ra|te 1MiB/s", ["`--rate 50MiB/s`"]],
    ["a counter", "expect:\n  - balloon_def|late == 0", ["(pages of 4 KiB)", "a shrinker"]],
    ["a counter with a member", "expect:\n  - balloon.act|ual == 0", ["**balloon.actual**"]],
    ["the same with an arrow", "expect:\n  - balloon->act|ual == 0", ["**balloon.actual**"]],
    [
      "a counter of another kernel",
      "guest: { kernel: v6.1 }\nexpect:\n  - workingset_ref|ault == 0",
      ["called `workingset_refault_file`"],
    ],
    ["a function", "expect:\n  - pag|es(1MiB) == 1", ["`pages(size)`"]],
    ["a size in an expression", "expect:\n  - pages(53G|B) == 1", ["12,939,453 pages"]],
    [
      "a file",
      "guest: { files: { big: 1MiB } }\ntimeline:\n  - run: cat b|ig",
      ["256 pages (1 MiB)"],
    ],
    [
      "a task",
      "timeline:\n  - run: cat big\n    name: r\n  - kill: |r",
      ["started on line 3 by `cat big`"],
    ],
    ["an unknown key", "ge|st: 1", null],
    ["an unknown value", "guest: { kernel: v1|.0 }", null],
    ["a size that is none", "guest: { memory: a|b }", null],
    ["an unknown name", "expect:\n  - f|oo == 0", null],
    ["an operator", "expect:\n  - a =|= 0", null],
    ["free text", "name: a|b", null],
    ["names of objects that all objects have", "expect:\n  - const|ructor == 0", null],
    ["nothing", "\n|\n", null],
  ];

test.each(cases)("hover of %s", (_what, marked, parts) => {
  const { document, offset } = cursorIn(marked);
  const found = hoverAt(document, offset);
  if (parts === null) expect(found).toBeNull();
  else for (const part of parts) expect(found?.markdown).toContain(part);
});
