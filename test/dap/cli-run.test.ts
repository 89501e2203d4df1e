import { describe, expect, it } from "vitest";
import { run, type RunHost, type RunOptions } from "../../src/cli/run.ts";
import { fakeHost } from "./fake-host.ts";
import { StringTerminal } from "./string-terminal.ts";

const files = { "a.balloon.yaml": "guest:", "bad.balloon.yaml": "guest:\n  guset: 1" };

async function runFake(options: Partial<RunOptions>, rest: Partial<RunHost> = {}) {
  const terminal = new StringTerminal();
  const host: RunHost = { terminal, ...fakeHost(files), onInterrupt: () => () => {}, ...rest };
  const defaults = { files: ["a.balloon.yaml"], kernels: [], json: false, plot: false };
  const code = await run({ ...defaults, ...options }, host);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

it("prints a report that fits in 80 columns", async () => {
  const { code, stdout, stderr } = await runFake({ plot: true });
  expect(code).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toContain("✓     6  balloon_deflate == 0");
  expect(stdout).toContain("s of CPU");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

it("prints one object per run, one a line", async () => {
  const { code, stdout } = await runFake({ json: true, kernels: ["v4.19", "v5.7"] });
  expect(code).toBe(0);
  const objects = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(objects.length).toBe(2);
  expect(Object.keys(objects[0]!)).toEqual([
    "scenario",
    "kernel",
    "seed",
    "fingerprint",
    "virtual_s",
    "cpu_s",
    "max_rss_mb",
    "counters",
    "balloon",
    "timeline",
    "expect",
  ]);
  expect(objects[0]).toMatchObject({
    scenario: "fake",
    virtual_s: 20,
    balloon: { target_pages: 256, actual_pages: 256, time_to_target_s: 1, longest_stall_s: 0 },
    timeline: [{ line: 4, step: "wait 20s", start_s: 0, end_s: 20, outcome: "done" }],
    expect: [{ line: 6, text: "balloon_deflate == 0", pass: true, actual: "balloon_deflate = 0" }],
  });
});

describe("exit codes", () => {
  it("2 for a file that is not there, and the others run", async () => {
    const { code, stdout, stderr } = await runFake({ files: ["none.yaml", "a.balloon.yaml"] });
    expect(code).toBe(2);
    expect(stderr).toBe("none.yaml: error: cannot be read: there is no such file\n");
    expect(stdout).toContain("balloon_deflate == 0");
  });

  it("2 for a scenario with an error, shown at its place, once for all kernels", async () => {
    const { code, stderr } = await runFake({
      files: ["bad.balloon.yaml"],
      kernels: ["v4.19", "v5.7"],
    });
    expect(code).toBe(2);
    expect(stderr).toBe(
      [
        'bad.balloon.yaml:2:3: error: Unknown key "guset". Did you mean "guest"?',
        "  2 |   guset: 1",
        "    |   ^~~~~",
        "",
      ].join("\n"),
    );
  });

  it("130 when interrupted", async () => {
    const { code, stderr } = await runFake(
      {},
      {
        onInterrupt: (callback) => {
          setImmediate(callback);
          return () => {};
        },
      },
    );
    expect(code).toBe(130);
    expect(stderr).toMatch(/^Interrupted after \d+\.\d\d s of virtual time\.\n$/);
  });
});

it("runs every variant of a matrix, and compares them in a table", async () => {
  const opened: unknown[] = [];
  const { open, ...rest } = fakeHost(files);
  const text = "matrix: { kernel: [v4.19, v5.7], seed: [1, 2] }";
  const host: Partial<RunHost> = {
    ...rest,
    readText: () => Promise.resolve(text),
    open: (request) => {
      opened.push([request.kernel, request.variant]);
      return open(request);
    },
  };
  const all = await runFake({}, host);
  expect(opened.splice(0).map(String)).toEqual([",v4.19, 1", ",v4.19, 2", ",v5.7, 1", ",v5.7, 2"]);
  const table = all.stdout.slice(all.stdout.indexOf("variant")).split("\n");
  expect(table.slice(1, 5).map((line) => /v\S+ \d/.exec(line)?.[0])).toEqual([
    "v4.19, 1",
    "v4.19, 2",
    "v5.7, 1",
    "v5.7, 2",
  ]);
  const json = await runFake({ json: true, kernels: ["v6.1"] }, host);
  expect(opened.map(String)).toEqual(["v6.1,1", "v6.1,2"]);
  expect(json.stdout.trim().split("\n").length).toBe(2);
});

it("shows a warning about the file once, whatever the number of runs", async () => {
  const { open, ...rest } = fakeHost(files);
  const range = { line: 0, column: 0, endLine: 0, endColumn: 5 };
  const { code, stderr } = await runFake(
    { kernels: ["v4.19", "v5.7"] },
    {
      ...rest,
      open: (request) => ({
        ...open(request),
        diagnostics: [
          { severity: "warning", code: "w", message: "Is that so?", range, suggestion: null },
        ],
      }),
    },
  );
  expect(code).toBe(0);
  expect(stderr.match(/a\.balloon\.yaml:1:1: warning: Is that so\?/g)?.length).toBe(1);
});
