import { describe, expect, test } from "vitest";
import { applied, cursorIn } from "../../test/lsp/cursor.ts";
import { completions } from "./completion.ts";

const OPTIONS = { snippets: false, commands: true };
const GUEST = "guest:\n  memory: 1GiB\n  files: { big: 1GiB, small: 4KiB }\n";

/** `expected`: all labels, or with `...` at the end the first ones. */
function check(marked: string, expected: readonly string[]): void {
  const { document, offset } = cursorIn(marked);
  const labels = completions(document, offset, OPTIONS).map(({ label }) => label);
  if (expected.at(-1) !== "...") expect(labels).toEqual(expected);
  else expect(labels).toEqual(expect.arrayContaining(expected.slice(0, -1)));
}

/** What the text is after choosing `label`. */
function choose(marked: string, label: string, snippets = false): string {
  const { document, offset } = cursorIn(marked);
  const item = completions(document, offset, { ...OPTIONS, snippets }).find(
    (each) => each.label === label,
  );
  if (item?.textEdit === undefined || !("range" in item.textEdit)) return `no ${label}`;
  return applied(document, [item.textEdit]);
}

const cases: readonly (readonly [what: string, marked: string, expected: readonly string[]])[] = [
  ["an empty file", "|", ["scenario"]],
  ["keys of the file", "name: x\n|", ["about", "guest", "device", "timeline", "expect", "..."]],
  ["keys not there yet", "guest:\n  memory: 1GiB\n  |\n", ["cpus", "kernel", "files", "..."]],
  ["keys in braces", "guest: { memory: 1GiB, | }", ["cpus", "kernel", "files", "..."]],
  ["keys of a half-written word", "guest:\n  ke|\n  cpus: 1", ["kernel", "..."]],
  ["keys between others", "guest:\n  memory: 1GiB\n  |\n  cpus: 1\n", ["kernel", "..."]],
  ["kernels", "guest:\n  kernel: |", ["v4.19", "v5.7", "v6.1", "..."]],
  ["drivers", "guest:\n  driver: v|", ["v4.14", "v4.19", "v5.5", "v5.7", "v6.8", "v6.19"]],
  ["choices", "guest:\n  thp: a|", ["always", "never"]],
  ["presets", "costs: |", ["hardware", "tcg", "..."]],
  ["costs", "costs:\n  preset: tcg\n  dis|", ["disk_page", "disk_request", "..."]],
  ["features", "device:\n  features: [|]", ["must-tell-host", "stats-vq", "deflate-on-oom", "..."]],
  ["units of a size", "guest:\n  memory: 8|", ["8MiB", "8GiB", "8KiB", "8MB", "8GB"]],
  ["units of a time", "timeline:\n  - wait: 15|", ["15s", "15ms", "15us", "15m", "15h"]],
  ["steps", "timeline:\n  - |", ["run", "wait", "wait-until", "balloon", "kill", "expect", "..."]],
  ["steps of a half-written word", "timeline:\n  - bal|\n  - wait: 1s", ["balloon", "..."]],
  ["a new step without its dash", "timeline:\n  |", ["- run", "- wait", "- balloon", "..."]],
  ["what belongs to run", "timeline:\n  - run: cat big\n    |", ["name"]],
  ["what belongs to wait-until", "timeline:\n  - wait-until: a\n    t|", ["timeout"]],
  ["nothing beside a wait", "timeline:\n  - wait: 1s\n    |", []],
  ["commands", "timeline:\n  - run: |", ["cat", "memhog", "..."]],
  ["files, then options", `${GUEST}timeline:\n  - run: cat |`, ["big", "small", "--loop"]],
  ["options behind the file", `${GUEST}timeline:\n  - run: cat big --|`, ["--loop"]],
  [
    "options of memhog",
    "timeline:\n  - run: memhog 4MiB --hold 1s |",
    ["--rate", "--oom-score-adj", "..."],
  ],
  ["a rate", "timeline:\n  - run: memhog 4MiB --rate 5|", ["5MiB/s", "..."]],
  [
    "tasks",
    "timeline:\n  - run: cat big\n    name: r\n  - run: memhog 1MiB\n  - kill: |",
    ["r", "memhog"],
  ],
  [
    "names in an expression",
    "expect:\n  - ball|",
    ["balloon.actual", "balloon_deflate", "min", "..."],
  ],
  [
    "names behind an operator",
    "timeline:\n  - wait-until: oom_kill == 0 && |",
    ["balloon.reached", "..."],
  ],
  ["members", "timeline:\n  - wait-until: balloon.|", ["balloon.reached", "..."]],
  ["units in an expression", "expect:\n  - balloon_inflate == 4|", ["4MiB", "4pages", "..."]],
  ["the first line of expect", "expect:\n  |", ["- "]],
  ["knobs below /proc/sys", "timeline:\n  - sysctl: vm|", ["vm.compact_memory = 1", "..."]],
  ["tasks started before", "timeline:\n  - run: cat a\n  - kill: |\n  - run: memhog 1MiB", ["cat"]],
  ["nothing in a comment", "guest: # |\n", []],
  ["nothing in free text", "name: a|\n", []],
  ["nothing for an unknown key", "gest:\n  |\n", []],
];

describe("completion offers", () => {
  test.each(cases)("%s", (_what, marked, expected) => check(marked, expected));
});

describe("features", () => {
  test("are offered once", () => {
    const { document, offset } = cursorIn("device:\n  features: [stats-vq, |]");
    const labels = completions(document, offset, OPTIONS).map(({ label }) => label);
    expect(labels).not.toContain("stats-vq");
    expect(labels).toContain("deflate-on-oom");
  });
});

describe("counters", () => {
  const labelsIn = (kernel: string): string[] => {
    const { document, offset } = cursorIn(`guest: { kernel: ${kernel} }\nexpect:\n  - w|`);
    return completions(document, offset, OPTIONS).map(({ label }) => label);
  };
  test("are called as the kernel calls them", () => {
    expect(labelsIn("v5.7")).toContain("workingset_refault");
    expect(labelsIn("v5.7")).not.toContain("workingset_refault_file");
    expect(labelsIn("v6.1")).toContain("workingset_refault_file");
    expect(labelsIn("v6.1")).not.toContain("workingset_refault");
  });
});

describe("choosing", () => {
  const chosen: readonly (readonly [marked: string, label: string, text: string])[] = [
    ["guest:\n  mem|", "memory", "guest:\n  memory: 1GiB"],
    ["guest:\n  m|em", "memory", "guest:\n  memory: 1GiB"],
    ["guest:\n  ke|: v5.7", "kernel", "guest:\n  kernel: v5.7"],
    ["guest:\n  thp: |", "always", "guest:\n  thp: always"],
    ["guest:\n  thp: a|lw", "always", "guest:\n  thp: always"],
    ["guest:\n  memory: 8|", "8GiB", "guest:\n  memory: 8GiB"],
    ["timeline:\n  - bal|", "balloon", "timeline:\n  - balloon: 512MiB"],
    ["timeline:\n  |", "- wait", "timeline:\n  - wait: 10s"],
    [
      "timeline:\n  - wait-until: balloon.re|",
      "balloon.reached",
      "timeline:\n  - wait-until: balloon.reached",
    ],
    ["expect:\n  - a == 0 && oom|", "oom_kill", "expect:\n  - a == 0 && oom_kill"],
    ["expect:\n  - a == 4|", "4MiB", "expect:\n  - a == 4MiB"],
    [`${GUEST}timeline:\n  - run: cat b|`, "big", `${GUEST}timeline:\n  - run: cat big`],
    [
      "timeline:\n  - run: memhog 4MiB --r|",
      "--rate",
      "timeline:\n  - run: memhog 4MiB --rate 50MiB/s",
    ],
  ];
  test.each(chosen)("%j: %s", (marked, label, text) => expect(choose(marked, label)).toBe(text));

  test("leaves places to fill in where the editor can", () => {
    expect(choose("guest:\n  mem|", "memory", true)).toBe("guest:\n  memory: ${1:1GiB}");
    expect(choose("gue|", "guest", true)).toBe("guest:\n  $1");
    expect(choose("|", "scenario", false)).toContain("  kernel: v5.7\n");
  });
});

test("every suggestion has words and a valid place", () => {
  for (const [, marked] of cases) {
    const { document, offset } = cursorIn(marked);
    for (const item of completions(document, offset, OPTIONS)) {
      expect(item.documentation).toHaveProperty("value", expect.stringMatching(/\S/));
      expect(item.textEdit).toHaveProperty("range");
    }
  }
});
