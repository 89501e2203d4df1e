import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Range, Scenario } from "./types.ts";
import { parseScenario } from "./parse.ts";

const FOLDER = new URL("../../scenarios/", import.meta.url);
const SHIPPED = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".balloon.yaml"))
  .map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), "utf8") }));

/** A guest with a file, and the given lines as its timeline. */
function steps(...lines: string[]): string {
  return `guest: { memory: 1GiB, files: { big: 672MiB } }\ntimeline:\n${lines.join("\n")}\n`;
}

/** A guest that does next to nothing, and the given lines. */
function scenarioWith(...lines: string[]): string {
  return `${lines.join("\n")}\nguest: { memory: 1GiB }\ntimeline: [wait: 1s]\n`;
}

function scenarioOf(text: string, ...rest: [] | [{ kernel?: string; seed?: number }]): Scenario {
  const { scenario, diagnostics } = parseScenario(text, "dir/sample.balloon.yaml", ...rest);
  expect(diagnostics).toEqual([]);
  if (scenario === null) throw new Error("no scenario");
  return scenario;
}

/** Each diagnostic as `code «text it marks»`, with the suggestion if there is one. */
function complaints(text: string): string[] {
  return parseScenario(text, "x").diagnostics.map(
    ({ code, range, suggestion }) =>
      `${code} «${cut(text, range)}»${suggestion === null ? "" : ` -> ${suggestion}`}`,
  );
}

function cut(text: string, range: Range): string {
  const offset = (line: number, column: number): number =>
    text
      .split("\n")
      .slice(0, line)
      .reduce((sum, before) => sum + before.length + 1, column);
  return text.slice(offset(range.line, range.column), offset(range.endLine, range.endColumn));
}

describe("shipped scenarios", () => {
  it.each(SHIPPED)("$name has nothing to complain about", ({ text }) => {
    const scenario = scenarioOf(text);
    expect(scenario.about).not.toBe("");
    expect(scenario.expect.length).toBeGreaterThan(0);
    expect(scenario.steps.length).toBe(scenario.config.timeline.length);
  });

  it("has the three of the first release", () => {
    expect(SHIPPED.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "commit-5a6b4cc5b7.balloon.yaml",
        "oom-notify.balloon.yaml",
        "page-cache-pressure.balloon.yaml",
      ]),
    );
  });

  it("gives the numbers of the report", () => {
    const text = SHIPPED.find(({ name }) => name.startsWith("commit"))?.text ?? "";
    const { config, kernel } = scenarioOf(text, { kernel: "v4.19" });
    expect(kernel).toBe("v4.19");
    expect(config.linux_version).toBe(0x041300);
    expect(config.nr_pages).toBe(2 ** 24);
    expect(config.files).toEqual([{ name: "random", nr_pages: 10_253_907 }]);
    expect(config.timeline.find(({ kind }) => kind === "balloon")?.amount).toBe(12_939_453);
  });
});

describe("a scenario", () => {
  it("becomes the configuration of a machine", () => {
    const { config, ...rest } = scenarioOf(
      `name: Everything
about: >
  All that
  there is.
guest:
  memory: 512MiB
  cpus: 2
  kernel: v6.1.55
  thp: never
  min-free-kbytes: 1056
  files: { big: 5 pages, small: 4097B }
device:
  features: [must-tell-host, deflate-on-oom]
costs: { preset: tcg, disk_page: 2us }
seed: 7
timeline:
  - run: cat small --loop
    name: reader
  - run: memhog 1.5GiB --rate=50MiB/s --hold 10s --oom-score-adj -500
  - wait: 1m30s
  - balloon: 256M
  - wait-until: balloon.actual >= balloon.target
    timeout: 60s
  - expect: balloon_deflate == 0
  - kill: reader
  - kill: memhog
  - drop-caches: 3
expect:
  - oom_kill < 2
`,
    );
    const { costs, timeline, ...guest } = config;
    expect(guest).toEqual({
      linux_version: 0x060100,
      driver_version: 0x050700,
      oom_pages: 256,
      page_shift: 12,
      nr_pages: 131_072,
      nr_cpus: 2,
      hz: 250,
      CONFIG_COMPACTION: true,
      CONFIG_BALLOON_COMPACTION: true,
      CONFIG_PAGE_REPORTING: true,
      CONFIG_VM_EVENT_COUNTERS: true,
      thp: false,
      min_free_kbytes: 1056,
      watermark_scale_factor: 10,
      swappiness: 60,
      nr_swap_pages: 0,
      disk_limit: 0,
      files: [
        { name: "big", nr_pages: 5 },
        { name: "small", nr_pages: 2 },
      ],
      transport: "pci-modern",
      ring_packed: false,
      ring_features: (1 << 28) | (1 << 29),
      page_poison: false,
      device_features: 0b101,
      host_page_pages: 1,
      stats_poll_interval: 0,
      steal: 0,
      steal_slice: 4_000_000,
    });
    expect(costs).toMatchObject({ disk_page: 2000, anon_fault: 3307 * 8 });
    const nothing = {
      file: 0,
      loop: false,
      amount: 0,
      count: 0,
      huge: false,
      rate: 0,
      hold: 0,
      oom_score_adj: 0,
      cpu: -1,
      duration: 0,
      condition: 0,
    };
    expect(timeline).toEqual([
      { ...nothing, kind: "cat", line: 16, name: "reader", file: 1, loop: true },
      {
        ...nothing,
        kind: "memhog",
        line: 18,
        name: "memhog",
        amount: 393_216,
        rate: 12_800,
        hold: 10e9,
        oom_score_adj: -500,
      },
      { ...nothing, kind: "wait", line: 19, name: "wait", duration: 90e9 },
      { ...nothing, kind: "balloon", line: 20, name: "balloon", amount: 65_536 },
      {
        ...nothing,
        kind: "wait_until",
        line: 21,
        name: "wait_until",
        condition: 0,
        duration: 60e9,
      },
      { ...nothing, kind: "expect", line: 23, name: "expect", condition: 1 },
      { ...nothing, kind: "kill", line: 24, name: "reader" },
      { ...nothing, kind: "kill", line: 25, name: "memhog" },
      { ...nothing, kind: "drop_caches", line: 26, name: "drop_caches", amount: 3 },
    ]);
    expect(rest).toMatchObject({
      name: "Everything",
      about: "All that there is.",
      kernel: "v6.1",
      seed: 7,
    });
    expect(rest.steps.map(({ text }) => text)).toEqual([
      "run: cat small --loop",
      "run: memhog 1.5GiB --rate=50MiB/s --hold 10s --oom-score-adj -500",
      "wait: 1m30s",
      "balloon: 256M",
      "wait-until: balloon.actual >= balloon.target",
      "expect: balloon_deflate == 0",
      "kill: reader",
      "kill: memhog",
      "drop-caches: 3",
    ]);
    expect(rest.steps[4]?.range).toEqual({ line: 21, column: 4, endLine: 22, endColumn: 16 });
    expect(rest.conditions.map(({ text }) => text)).toEqual([
      "balloon.actual >= balloon.target",
      "balloon_deflate == 0",
    ]);
    expect(rest.expect).toMatchObject([
      { text: "oom_kill < 2", range: { line: 28, column: 4, endLine: 28, endColumn: 16 } },
    ]);
  });

  it("has sensible defaults", () => {
    const { config, ...rest } = scenarioOf("guest: { memory: 1GiB }\ntimeline: [wait: 1s]\n");
    expect(rest).toMatchObject({ name: "sample", about: "", kernel: "v5.7", seed: 1, expect: [] });
    expect(config).toMatchObject({ nr_cpus: 1, thp: true, min_free_kbytes: 0, device_features: 2 });
    expect(config.costs.file_read_hit).toBe(250);
  });

  it("may be overridden from outside", () => {
    const text = "guest: { memory: 1GiB, kernel: v5.7 }\nseed: 1\ntimeline: [wait: 1s]\n";
    expect(scenarioOf(text, { kernel: "4.19", seed: 9 })).toMatchObject({
      kernel: "v4.19",
      seed: 9,
    });
    expect(parseScenario(text, "x", { kernel: "v3" }).diagnostics).toMatchObject([
      { code: "unknown-kernel", range: { line: 0, column: 31 } },
    ]);
    expect(parseScenario(text, "x", { seed: -1 }).diagnostics).toMatchObject([
      { code: "number-range" },
    ]);
  });

  it("may be written with other line ends, in quotes and in flow style", () => {
    const text = steps(
      "  - run: 'cat big'",
      '  - { wait-until: "balloon.reached", timeout: "5s" }',
    ).replaceAll("\n", "\r\n");
    expect(scenarioOf(text).config.timeline.map(({ kind }) => kind)).toEqual(["cat", "wait_until"]);
  });

  it("may use a task's command as its name while there is only one", () => {
    const text = steps(
      "  - run: cat big",
      "  - run: memhog 1MiB",
      "  - kill: cat",
      "  - kill: memhog",
    );
    expect(scenarioOf(text).config.timeline.map(({ name }) => name)).toEqual([
      "cat",
      "memhog",
      "cat",
      "memhog",
    ]);
  });
});

describe("complaints about the file", () => {
  it.each<[string, ...string[]]>([
    ["", "not-a-scenario «»"],
    ["# nothing\n", "not-a-scenario «»"],
    ["hello", "not-a-scenario «hello»"],
    ["- a", "not-a-scenario «- a»"],
    ["42", "not-a-scenario «42»"],
    ["\u0000", "not-a-scenario «\u0000»"],
    [scenarioWith("name: a", "name: b"), "yaml-syntax «n»"],
    [scenarioWith("name: [a"), "wrong-kind «[a\n»", "yaml-syntax «g»"],
    [scenarioWith("name: &a x")],
    [scenarioWith("name: *a"), "yaml-alias «*a»"],
    [scenarioWith("name: !a x"), "yaml-tag «!a»"],
    [scenarioWith("name: x") + "---\nname: y\n", "yaml-syntax «---»"],
    ["x: " + "[".repeat(60_000), "too-deep «[»"],
    ["- ".repeat(30_000), "too-deep «-»"],
    ["? ".repeat(30_000), "too-deep «?»"],
    ["x".repeat(262_145), "file-too-large «»"],
  ])("%#", (text, ...expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  it("also of 5,000 lines", () => {
    const step = (at: number): string =>
      `${"  # What this step is there for.\n".repeat(4)}  - expect: nr_free_pages > ${at}`;
    const lines = Array.from({ length: 1000 }, (_, at) => step(at));
    const text = steps(...lines);
    expect(text.split("\n").length).toBeGreaterThan(5000);
    expect(complaints(text)).toEqual([]);
    expect(complaints(text.replace("nr_free_pages > 999", "nr_fre_pages > 999"))).toEqual([
      "unknown-name «nr_fre_pages» -> nr_free_pages",
    ]);
  });
});

describe("complaints about keys and values", () => {
  it.each<[string, ...string[]]>([
    ["guest: { memory: 1GiB }", "missing-key «»"],
    ["guest:\ntimeline: [wait: 1s]", "missing-value «»"],
    ["guest: {}\ntimeline: [wait: 1s]", "missing-key «guest»"],
    [
      "guest: 5\ntimeline: 6\ndevice: 7\nexpect: 8\ncosts: [9]",
      "wrong-kind «5»",
      "wrong-kind «6»",
      "wrong-kind «7»",
      "wrong-kind «8»",
      "wrong-kind «[9]»",
    ],
    [scenarioWith("nmae: x"), "unknown-key «nmae» -> name"],
    [scenarioWith("matrices: x"), "unknown-key «matrices»"],
    [scenarioWith("name: [x]"), "wrong-kind «[x]»"],
    [scenarioWith("seed: one"), "number-range «one»"],
    [scenarioWith("seed: 1.5"), "number-range «1.5»"],
    [scenarioWith("seed: 4294967296"), "number-range «4294967296»"],
    [scenarioWith("costs: tgc"), "unknown-value «tgc» -> tcg"],
    [scenarioWith("costs: constructor"), "unknown-value «constructor»"],
    [
      scenarioWith("costs: { preset: tcg, disc_page: 2us }"),
      "unknown-key «disc_page» -> disk_page",
    ],
    [
      scenarioWith("costs: { kick: 5, irq: [], preset: {} }"),
      "duration-syntax «5»",
      "wrong-kind «[]»",
      "wrong-kind «{}»",
    ],
    [scenarioWith("device: { features: [stats_vq] }"), "unknown-value «stats_vq» -> stats-vq"],
    [
      scenarioWith("device: { features: [free-page-reporting, stats-vq, stats-vq] }"),
      "duplicate-feature «stats-vq»",
    ],
    [scenarioWith("device: { feature: [] }"), "unknown-key «feature» -> features"],
    ["guest: { memory: 0 }\ntimeline: [wait: 1s]", "memory-range «0»"],
    ["guest: { memory: 10TiB }\ntimeline: [wait: 1s]", "memory-range «10TiB»"],
    [
      "guest: { memory: 1024 }\ntimeline: [wait: 1s]",
      "size-without-unit «1024»",
      "memory-range «1024»",
    ],
    ["guest: { memory: 1gib }\ntimeline: [wait: 1s]", "size-syntax «1gib» -> 1GiB"],
    ["guest: { memory: lots }\ntimeline: [wait: 1s]", "size-syntax «lots»"],
    [
      "guest: { memory: 1GiB, cpus: 65, kernel: v5.8, thp: madvise }\ntimeline: [wait: 1s]",
      "number-range «65»",
      "unknown-kernel «v5.8» -> v5.7",
      "unknown-value «madvise»",
    ],
    [
      "guest: { memory: 1GiB, min-free-kbytes: 600000 }\ntimeline: [wait: 1s]",
      "min-free-range «600000»",
    ],
    [
      "guest: { memory: 1GiB, files: { 'a b': 1MiB, c: 0, d: 1PiB, e: } }\ntimeline: [wait: 1s]",
      "file-name «'a b'»",
      "file-size «0»",
      "size-syntax «1PiB»",
      "missing-value «»",
    ],
  ])("%#", (text, ...expected) => {
    expect(complaints(text)).toEqual(expected);
  });
});

describe("complaints about the timeline", () => {
  it.each<[string, ...string[]]>([
    ["guest: { memory: 1GiB }\ntimeline: []", "empty-timeline «timeline»"],
    ["guest: { memory: 1GiB }\ntimeline:", "missing-value «»"],
    [steps("  - wait"), "missing-value «wait»"],
    [steps("  - wait:"), "missing-value «»"],
    [steps("  - relax"), "no-action «relax»"],
    [steps("  - []"), "no-action «[]»"],
    [steps("  - baloon: 1MiB"), "unknown-key «baloon» -> balloon"],
    [steps("  - timeout: 1s"), "no-action «timeout: 1s»"],
    [steps("  - wait: 1s", "    balloon: 0"), "two-actions «balloon»"],
    [steps("  - wait: 1s", "    timeout: 1s"), "misplaced-key «timeout»"],
    [steps("  - run: cat big", "    nam: x"), "unknown-key «nam» -> name"],
    [steps("  - wait: 15"), "duration-syntax «15»"],
    [steps("  - wait: 15sec"), "duration-syntax «15sec»"],
    [steps("  - balloon: 1025MiB"), "balloon-too-large «1025MiB»"],
    [steps("  - balloon: 848"), "size-without-unit «848»"],
    [steps("  - drop-caches: 4"), "drop-caches-value «4»"],
    [steps("  - kill: reader"), "unknown-task «reader»"],
    [
      steps("  - run: cat big", "    name: reader", "  - kill: raeder"),
      "unknown-task «raeder» -> reader",
    ],
    [steps("  - kill: reader", "  - run: cat big", "    name: reader"), "unknown-task «reader»"],
    [steps("  - run: cat big", "  - run: cat big", "  - kill: cat"), "ambiguous-task «cat»"],
    [
      steps("  - run: cat big", "    name: a", "  - run: cat big", "    name: a"),
      "duplicate-name «a»",
    ],
    [
      steps("  - run: cat big", "    name: a name of more than 15"),
      "task-name «a name of more than 15»",
    ],
    [steps("  - run: dd big"), "unknown-workload «dd»"],
    [steps("  - run: mmhog 1MiB"), "unknown-workload «mmhog» -> memhog"],
    [steps("  - run: cat"), "missing-operand «cat»"],
    [steps("  - run: cat bgi"), "unknown-file «bgi» -> big"],
    [steps("  - run: cat big big"), "extra-operand «big»"],
    [
      steps("  - run: cat big --lop --loop --loop"),
      "unknown-option «--lop» -> --loop",
      "repeated-option «--loop»",
    ],
    [steps("  - run: cat big --loop=yes"), "option-value «--loop=yes»"],
    [steps("  - run: memhog 0"), "workload-size «0»"],
    [steps("  - run: memhog 300GiB"), "workload-size «300GiB»"],
    [steps("  - run: memhog 1MiB --rate 5MiB"), "rate-syntax «5MiB»"],
    [steps("  - run: memhog 1MiB --hold --rate 5MiB/s"), "option-value «--hold»"],
    [steps("  - run: memhog 1MiB --oom-score-adj=1001"), "number-range «1001»"],
    [steps("  - run: memhog 1MiB --constructor"), "unknown-option «--constructor»"],
    [steps("  - wait-until: balloon.reached"), "no-timeout «wait-until»"],
    [steps("  - expect: balloon_deflat == 0"), "unknown-name «balloon_deflat» -> balloon_deflate"],
    [
      steps("  - expect: 5 < balloon -> reachd"),
      "unknown-name «balloon -> reachd» -> balloon.reached",
    ],
    [steps("  - expect: time[0] > 0"), "unknown-name «t»"],
    [steps("  - expect: balloon_deflate = 0"), "expression-syntax «= 0»"],
    [steps("  - expect: balloon.actual == 848MiB"), "unit-mismatch «balloon.actual == 848MiB»"],
    [steps("  - expect: time > 5MiB || oom_kill"), "unit-mismatch «time > 5MiB || oom_kill»"],
    [steps("  - expect: oom_kill & 1 == 1"), "expression-precedence «1 == 1»"],
    [steps("  - expect: !balloon.reached"), "yaml-tag «!balloon.reached»"],
    [steps("  - expect: balloon.reached ? 1 : 0"), "yaml-syntax «b»"],
    [steps("  - wait: 1s") + "expect: [oom_kill, {}, x]", "wrong-kind «{}»", "unknown-name «x»"],
    [
      steps("  - expect: >", "      oom_kil", "      == 0"),
      "unknown-name «>\n      oom_kil\n      == 0\n»",
    ],
  ])("%#", (text, ...expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  it("knows what a counter is called in which kernel", () => {
    const text = steps("  - expect: workingset_refault >= 0");
    expect(parseScenario(text, "x").diagnostics).toEqual([]);
    expect(parseScenario(text, "x", { kernel: "v6.1" }).diagnostics).toMatchObject([
      { code: "unknown-name", suggestion: "workingset_refault_file" },
    ]);
  });

  it("counts its steps", () => {
    expect(complaints(steps(...Array.from({ length: 1001 }, () => "  - wait: 1s")))).toEqual([
      "timeline-too-long «timeline»",
    ]);
  });

  it("accepts sizes that are compared with sizes", () => {
    const good = [
      "balloon.actual == pages(848MiB)",
      "balloon.actual * 4 KiB == 848MiB",
      "balloon.actual == 217088 pages",
      "time > 5s",
      "balloon_deflate == 256 * oom_notifications",
      "max(nr_free_pages, nr_file_pages) / 2 > 5",
      "balloon.actual == balloon.target ? oom_kill : 1",
    ];
    expect(complaints(steps(...good.map((text) => `  - expect: '${text}'`)))).toEqual([]);
  });
});

describe("any text at all", () => {
  const corpus = SHIPPED.map(({ text }) => text);

  /** Positions that an editor can use, and a scenario exactly when nothing is wrong. */
  function check(text: string): void {
    const { scenario, diagnostics } = parseScenario(text, "x");
    const lines = text.split("\n");
    for (const { range, message, code } of diagnostics) {
      expect(code).toMatch(/^[a-z-]+$/);
      expect(message).toMatch(/[.?]$/);
      const columns = range.endLine === range.line ? range.endColumn - range.column : 0;
      expect(range.endLine >= range.line && columns >= 0).toBe(true);
      for (const [line, column] of [
        [range.line, range.column],
        [range.endLine, range.endColumn],
      ] as const) {
        expect(line).toBeLessThan(lines.length);
        expect(column).toBeLessThanOrEqual(lines[line]?.length ?? -1);
      }
    }
    expect(scenario === null).toBe(diagnostics.some(({ severity }) => severity === "error"));
  }

  it("edited scenarios", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "- ",
        ": ",
        "\n",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        "&a",
        "*a",
        "!",
        "'",
        '"',
        "#",
        "|",
        ">",
        "0",
        "-",
        "GiB",
        "--",
        "...",
        "\r\n",
        "__proto__",
        "\u{1f388}",
        "\ufeff",
      ),
      fc.string({ maxLength: 8 }),
    );
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(30),
      insert: piece,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (text, edits) => {
          let edited = text;
          for (const { at, remove, insert } of edits) {
            const from = Math.floor(at * edited.length);
            edited = edited.slice(0, from) + insert + edited.slice(from + remove);
          }
          check(edited);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("random strings", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), check), { numRuns: 300 });
  });

  it("random structure", () => {
    const word = fc.constantFrom(
      "guest:",
      "memory:",
      "1GiB",
      "timeline:",
      "expect:",
      "- ",
      "run:",
      "cat",
      "name:",
      "files:",
      "costs:",
      "{",
      "}",
      "[",
      "]",
      ",",
      "\n",
      "\n  ",
      "\n    ",
      " ",
      "features:",
      "device:",
      "wait-until:",
      "timeout:",
      "0",
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 60 }).map((words) => words.join("")),
        check,
      ),
      { numRuns: 500 },
    );
  });
});
