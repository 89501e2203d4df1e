import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import { debug, type DebugOptions } from "../../src/cli/debug.ts";
import { fakeHost } from "./fake-host.ts";
import { StringTerminal } from "./string-terminal.ts";

const file = "a.balloon.yaml";

async function session(
  script: readonly string[],
  options: Partial<DebugOptions> = {},
  onInterrupt: (callback: () => void) => () => void = () => () => {},
) {
  const terminal = new StringTerminal();
  const code = await debug(
    { file, breakpoints: [], ...options },
    {
      host: fakeHost({ [file]: "guest:\n", "bad.balloon.yaml": "\n  guset: BAD" }),
      terminal,
      input: Readable.from(script.map((line) => `${line}\n`)),
      output: new PassThrough(),
      interactive: false,
      onInterrupt,
    },
  );
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** What one command printed. */
async function answer(command: string, before: readonly string[] = []) {
  const { stdout } = await session([...before, command]);
  return stdout.slice(stdout.lastIndexOf(`(balloon) ${command}\n`) + command.length + 11).trimEnd();
}

it("with a breakpoint runs to it, and shows where it is", async () => {
  const { code, stdout } = await session(["bt", "quit"], { breakpoints: ["leak_balloon"] });
  expect(code).toBe(0);
  expect(stdout).toContain("booted\n");
  expect(stdout).toContain("Breakpoint 1: leak_balloon at virtio_balloon.ts:13");
  expect(stdout).toContain("Breakpoint 1 · memhog · running on cpu 0 · 12.000000 s");
  expect(stdout).toContain("->   13  line_12();");
  expect(stdout).toContain("*#0 inner at balloon/virtio_balloon.ts:13\n #1 middle");
});

it("without one waits at the beginning", async () => {
  const { stdout } = await session([]);
  expect(stdout).toContain("Paused at the beginning · memhog");
});

it("steps, goes back, and says where the run begins", async () => {
  expect(await answer("next 3")).toContain("->    4  line_3();");
  expect(await answer("b", ["n 3"])).toContain("->    3  line_2();");
  expect(await answer("rc", ["n 3"])).toContain("Beginning of the run");
});

it("takes gdb's b for a breakpoint", async () => {
  expect(await answer("b fill_balloon if vb")).toBe(
    "Breakpoint 1: fill_balloon at virtio_balloon.ts:6 if vb",
  );
});

it("sets, lists and deletes breakpoints", async () => {
  expect(await answer("break vmscan.ts:8")).toBe(
    "Breakpoint 1: vmscan.ts:8 at virtio_balloon.ts:8",
  );
  expect(await answer("break fill_baloon")).toBe(
    "Breakpoint 1: fill_baloon (not set): no such place",
  );
  expect(await answer("break nowhere.ts:1")).toBe(
    'There is no source nowhere.ts; "sources" lists them.',
  );
  expect(await answer("info b", ["break fill_balloon", "break leak_balloon", "delete 1"])).toBe(
    "Breakpoint 2: leak_balloon at virtio_balloon.ts:13",
  );
  expect(await answer("delete 7")).toBe("There is no breakpoint 7.");
});

it("looks at frames, threads and values", async () => {
  expect(await answer("up")).toContain("#1 middle at balloon/virtio_balloon.ts:1");
  expect(await answer("down")).toBe("This is the innermost frame.");
  expect(await answer("locals")).toBe(
    "line = 0  (long)\nvb = 0x1  (long)\nlast call = 4.0 s  (long)",
  );
  expect(await answer("print vb")).toBe("0x1\n  num_pages = 256 pages (1 MiB)  (long)");
  expect(await answer("p nothing")).toContain('There is no "nothing" here.');
  expect(await answer("threads")).toBe(
    "*  1  memhog · running on cpu 0\n   2  kswapd0 · blocked: kswapd_wait",
  );
  expect(await answer("thread 2")).toContain("#0 kswapd at");
  expect(await answer("thread 9")).toBe("There is no thread 9.");
  expect(await answer("vmstat")).toBe("There is no scope vmstat here, but Locals, Pages.");
});

it("stops at exceptions with their report", async () => {
  expect(await answer("continue")).toBe(
    [
      ...Array.from({ length: 15 }, (_, index) => `at ${index + 1}`),
      "OOM kill · memhog · running on cpu 0 · 15.000000 s",
      "Killed process 7",
      "report",
      "#0 inner at balloon/virtio_balloon.ts:16",
      ...Array.from({ length: 7 }, (_, index) =>
        index === 3 ? "->   16  line_15();" : `     ${index + 13}  line_${index + 12}();`,
      ),
    ].join("\n"),
  );
  expect(await answer("catch segfault")).toContain('There is no exception filter "segfault"');
});

it("stops the guest at Ctrl-C, and leaves at one while it is stopped", async () => {
  const interruptAtOnce = (callback: () => void) => {
    setImmediate(callback);
    return () => {};
  };
  const script = ["continue", "bt", "continue"];
  const running = await session(script, { breakpoints: ["nowhere"] }, interruptAtOnce);
  expect(running.stdout).toContain("Stopped: pause");
  const stopped = await session([], {}, interruptAtOnce);
  expect(stopped.code).toBe(0);
});

it("at the end offers the way back", async () => {
  expect(await answer("continue", ["catch", "continue"])).toBe(
    "The scenario has finished: go back with back or rc, begin again with restart, or quit.",
  );
});

it("steps back into calls and out to the call", async () => {
  expect(await answer("rs", ["n 3"])).toContain("->    3  line_2();");
  expect(await answer("rf", ["n 3"])).toContain("·");
});

it("seeks to times, marks, branches, conditions and changes", async () => {
  expect(await answer("seek 2.5s")).toContain("->    4  line_3();");
  expect(await answer("seek 7:0")).toContain("->    8  line_7();");
  expect(await answer("seek branch 4")).toBe("There is no branch 4.");
  expect(await answer("seek back when line > 3")).toContain("line 0 · memhog");
  expect(await answer("seek change num_pages")).toContain("line 0 · memhog");
  expect(await answer("seek change 1 + 1")).toBe("1 + 1 is no value that can be watched.");
  const usage = await answer("seek");
  expect(usage).toContain("seek [back] when EXPR");
  for (const line of usage.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

it("watches values, lists and deletes watches", async () => {
  expect(await answer("watch vb->num_pages")).toBe("Watch 1: vb->num_pages");
  expect(await answer("watch 1 + 1")).toBe("1 + 1 is no value that can be watched.");
  expect(await answer("continue", ["watch num_pages if 1"])).toContain("num_pages: 2 → 3");
  expect(await answer("bl", ["watch num_pages if 1"])).toBe(
    "No breakpoints.\nWatch 1: num_pages if 1",
  );
  expect(await answer("delete 1", ["watch num_pages"])).toBe("Deleted watch 1.");
  expect(await answer("delete", ["watch num_pages"])).toBe("Deleted all watches.");
});

it("sets values, and shows the branches of edits in the past", async () => {
  expect(await answer("set line = 5")).toBe("line = 5");
  expect(await answer("set line")).toBe("Write: set VAR = VALUE.");
  expect(await answer("set vb = 1")).toBe("Cannot set vb.");
  const shown = await answer("branches", ["n 5", "b 3", "set line = 1"]);
  expect(shown).toMatch(/^branch +from +at +until +edit\n/);
  expect(shown).toMatch(/\*\d/);
});

it("explains itself", async () => {
  const help = await answer("help");
  expect(help).toContain("break FUNCTION | FILE:LINE [if EXPR]");
  expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(await answer("frobnicate")).toBe('There is no command "frobnicate"; help lists them.');
  expect(await answer("next many")).toBe('A number should stand here, not "many".');
});

it("shows what is wrong with a scenario, and leaves", async () => {
  const { code, stdout, stderr } = await session([], { file: "bad.balloon.yaml" });
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("bad.balloon.yaml:2:3: error: Unknown key");
  const missing = await session([], { file: "none.yaml" });
  expect(missing.stderr).toBe("none.yaml: error: cannot be read: there is no such file\n");
});
