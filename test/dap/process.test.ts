import { execFile, spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleCli } from "./cli-bundle.ts";

const program = join(process.cwd(), "scenarios/oom-notify.balloon.yaml");
let cli = "";

beforeAll(async () => {
  cli = await bundleCli();
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end, with `input` on its standard input. */
function balloon(args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cli, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code as unknown as number), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

function message(seq: number, command: string, args: object = {}): string {
  const json = JSON.stringify({ seq, type: "request", command, arguments: args });
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

describe("balloon dap", () => {
  it("serves a whole session to the protocol's own test client", async () => {
    const client = new DebugClient(process.execPath, cli, "balloon");
    client.defaultTimeout = 50_000;
    await client.start();
    const functions = { breakpoints: [{ name: "virtio_balloon_oom_notify" }] };
    const configured = client
      .waitForEvent("initialized")
      .then(() => client.setFunctionBreakpointsRequest(functions))
      .then(() => client.configurationDoneRequest());
    await client.initializeRequest({ adapterID: "balloon" });
    const stopped = client.waitForEvent("stopped", 50_000);
    await Promise.all([configured, client.launchRequest({ program } as object)]);
    const { body } = (await stopped) as DebugProtocol.StoppedEvent;
    expect(body.reason).toBe("function breakpoint");
    const stack = await client.stackTraceRequest({ threadId: body.threadId! });
    expect(stack.body.stackFrames[0]!.name).toBe("virtio_balloon_oom_notify");
    await client.stop();
  });

  it("ends when its client vanishes, at any moment", async () => {
    const hello = message(1, "initialize");
    const launch = message(2, "launch", { program });
    const run = message(3, "configurationDone");
    for (const input of ["", hello, hello + launch, hello + launch + run, `${hello}Content-Le`]) {
      expect((await balloon(["dap"], input)).code).toBe(0);
    }
  });

  it("says what it cannot read", async () => {
    const { code, stdout, stderr } = await balloon(["dap"], "GET / HTTP/1.1\r\n\r\n");
    expect(code).toBe(0);
    expect(stderr).toContain("no valid Content-Length");
    expect(stdout).toContain('"event":"output"');
  });

  it("serves several clients of a port", async () => {
    const server = spawn(process.execPath, [cli, "dap", "--port", "0"]);
    try {
      const port = await new Promise<number>((resolve) => {
        server.stderr.on("data", (chunk: Buffer) => {
          const found = /127\.0\.0\.1:(\d+)/.exec(chunk.toString())?.[1];
          if (found !== undefined) resolve(Number(found));
        });
      });
      const vanishing = connect(port, "127.0.0.1");
      vanishing.on("error", () => {});
      vanishing.write(message(1, "initialize"));
      for (let session = 0; session < 2; session++) {
        const client = new DebugClient(process.execPath, cli, "balloon");
        await client.start(port);
        const { body } = await client.initializeRequest();
        expect(body?.supportsStepBack).toBe(true);
        await client.stop();
        vanishing.destroy();
      }
      const busy = await balloon(["dap", "--port", String(port)]);
      expect(busy).toMatchObject({ code: 2 });
      expect(busy.stderr).toContain(`cannot listen on port ${port}`);
    } finally {
      server.kill("SIGINT");
    }
    const code = await new Promise((resolve) => server.once("exit", resolve));
    expect(code).toBe(0);
  });
});

describe("balloon", () => {
  const usage: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--help"], 0, /Usage: balloon/],
    [["--version"], 0, /^\d+\.\d+\.\d+/],
    [["run"], 2, /missing required argument 'file'/],
    [["run", "--frobnicate"], 2, /unknown option '--frobnicate'/],
    [["fly"], 2, /unknown command 'fly'/],
    [["run", "nowhere.yaml"], 2, /nowhere.yaml: error: cannot be read: there is no such file/],
    [["run", "src"], 2, /src: error: cannot be read: it is a folder/],
    [["run", "--seed", "x", program], 2, /must be a whole number/],
    [["run", "--kernel", "v9.9", program], 2, /v9.9/],
    [["dap", "--port", "70000"], 2, /from 0 to 65535/],
    [["run", "media/icon.png"], 2, /icon.png: error: cannot be read: it is not text in UTF-8/],
    [["run", "/dev/zero"], 2, /zero: error: cannot be read: it is a device/],
    [["run", "--help"], 0, /^(?!.*default).*Exit code/s],
    [["debug", "--variant", "v9", program], 2, /no `matrix`, so there is no variant `v9`/],
    [["debug", "nowhere.yaml"], 2, /nowhere.yaml: error: cannot be read/],
  ];
  for (const [args, code, text] of usage) {
    it(`${args.join(" ").replace(program, "FILE")} ends with ${code}`, async () => {
      const ended = await balloon(args);
      expect(ended.stdout + ended.stderr).toMatch(text);
      expect(ended.code).toBe(code);
    });
  }

  it("debugs in a terminal", async () => {
    const script = [
      "bt",
      "locals",
      "rf",
      "seek 1s",
      "set balloon.target = 100",
      "branches",
      "quit",
    ];
    const { code, stdout } = await balloon(
      ["debug", program, "--break", "virtio_balloon_oom_notify"],
      script.join("\n"),
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/#0 virtio_balloon_oom_notify at balloon\/v5_7\.ts:\d+/);
    expect(stdout).toContain("out_of_memory");
    expect(stdout).toMatch(/rf\n.* · memhog .*\n#0 blocking_notifier_call_chain/);
    expect(stdout).toMatch(/seek 1s\n.* · 1\.0\d+ s/);
    expect(stdout).toMatch(/\*1 +0 +1\.0\d s +1\.0\d s +set balloon\.target = 100/);
  });
});
