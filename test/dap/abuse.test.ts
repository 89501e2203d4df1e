/** What no well-meaning client does, against a real guest: each request has one answer, and no other is harmed. */
import { describe, expect, it } from "vitest";
import { nodeHost } from "../../src/dap/node-host.ts";
import { smallGuest } from "../session/small-guest.ts";
import { start, untilOom, program } from "./capability.ts";
import { TestClient } from "./client.ts";
import { Guest, small } from "./guest.ts";

/** How often the numbers from `first` on were answered. */
function answers({ responses }: TestClient, first: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => responses.filter((each) => each.request_seq === first + index).length,
  );
}

describe("requests", () => {
  it("with one and the same number are answered each", async () => {
    const guest = await start();
    const { client } = guest;
    for (const command of ["threads", "modules", "nonsense", "balloon/mark", "loadedSources"]) {
      client.sendRaw({ seq: 4000, type: "request", command });
    }
    await client.request("cancel", { requestId: 4000 });
    await guest.fingerprint();
    expect(answers(client, 4000, 1)).toEqual([5]);
    await guest.leave();
  });

  it("in a flood of pauses and resumptions leave a guest that can be asked", async () => {
    const text = smallGuest("  - wait: 10000s\n");
    const guest = await Guest.start({ program, text });
    const { client, thread: threadId } = guest;
    const commands = ["continue", "pause", "pause", "stepBack", "reverseContinue", "next", "pause"];
    const count = 1400;
    for (let i = 0; i < count; i++) {
      const command = commands[i % commands.length]!;
      client.sendRaw({ seq: 5000 + i, type: "request", command, arguments: { threadId } });
    }
    await client.until(() =>
      client.responses.some((each) => each.request_seq === 5000 + count - 1),
    );
    await client.until(() => answers(client, 5000, count).every((each) => each > 0));
    expect(new Set(answers(client, 5000, count))).toEqual(new Set([1]));
    // Each run has ended in a stop, but for the last, which may go on.
    if (client.count("stopped") < client.count("continued"))
      await client.ask("pause", { threadId });
    await client.until(() => client.count("stopped") > client.count("continued"));
    expect((await guest.fingerprint()).fingerprint).toMatch(/./);
    await guest.leave();
  });

  it("that come while a long way back is gone wait for nothing but their turn, and cancel ends it", async () => {
    const text = smallGuest("  - wait: 3s\n");
    const guest = await Guest.start({ program, text }, [], { supportsProgressReporting: true });
    const { client } = guest;
    expect((await guest.go("continue")).reason).toBe("end");
    const end = await guest.fingerprint();
    const threadId = guest.thread;
    // Nothing ever fulfils it, so all of the past is looked through.
    const nowhere = {
      condition: "balloon_inflate == 1 && balloon_deflate == 12345",
      direction: "back",
    };
    const stops = client.count("stopped");
    const seeking = client.request("balloon/seek", nowhere);
    const asked = ["stackTrace", "threads", "scopes", "variables", "next", "evaluate"].map(
      (command) =>
        client.ask(command, {
          threadId,
          frameId: 1,
          variablesReference: 1,
          expression: "balloon_inflate",
        }),
    );
    await seeking;
    await client.ask("pause", { threadId });
    await client.event("stopped", stops);
    const told = (await Promise.all(asked)).map(({ success, message }) => message ?? success);
    expect(told).toEqual([
      "notStopped",
      true,
      "notStopped",
      "notStopped",
      "notStopped",
      "notStopped",
    ]);
    expect(await guest.fingerprint()).toEqual(end);
    await guest.leave();
  });

  it("with references of an earlier stop are refused, whatever they name now", async () => {
    const guest = await start("tell_host");
    const stale = await guest.variable("Locals", "vb");
    const { id: frameId } = await guest.top();
    await guest.go("continue");
    const { client } = guest;
    const { variablesReference } = stale;
    const refusals = [
      client.refusal("variables", { variablesReference }),
      client.refusal("setVariable", { variablesReference, name: "num_pages", value: "1" }),
      client.refusal("dataBreakpointInfo", { variablesReference, name: "num_pages" }),
      client.refusal("scopes", { frameId }),
      client.refusal("evaluate", { expression: "vb", frameId }),
      client.refusal("restartFrame", { frameId }),
    ];
    for (const sentence of await Promise.all(refusals)) {
      expect(sentence).toMatch(
        /^unknown(Variables|Frame): There is no .* valid until the guest runs/,
      );
    }
    await guest.leave();
  });

  it("about names while the guest runs are answered, and change nothing", async () => {
    const run = async (ask: boolean) => {
      const guest = await Guest.start({ program, text: untilOom });
      const { client } = guest;
      const stops = client.count("stopped");
      await client.request("continue", { threadId: guest.thread });
      if (ask) {
        const set = { expression: "vb->num_pages = 3", context: "repl" };
        expect(await client.refusal("evaluate", set)).toMatch(/^notStopped/);
        const edit = { expression: "vb->num_pages", value: "3" };
        expect(await client.refusal("setExpression", edit)).toMatch(/^notStopped/);
      }
      while (ask && client.count("stopped") === stops) {
        // In one process, a client that never pauses would keep the guest from its turn.
        await new Promise((resolve) => setImmediate(resolve));
        await client.ask("evaluate", { expression: "vb->num_pages", context: "watch" });
        await client.ask("evaluate", { expression: "mem_map[5]", context: "hover" });
      }
      await client.event("stopped", stops);
      const { fingerprint } = await guest.fingerprint();
      await guest.leave();
      return fingerprint;
    };
    expect(await run(true)).toBe(await run(false));
  });
});

describe("messages", () => {
  const begun = async (): Promise<TestClient> => {
    const client = new TestClient(nodeHost());
    await client.request("initialize", {});
    await client.request("launch", { program, text: small });
    return client;
  };
  const still = async (client: TestClient): Promise<void> => {
    expect((await client.ask("threads")).success).toBe(true);
    await client.request("disconnect");
    await client.closed;
  };

  it("nested as deeply as they come are answered or reported", async () => {
    const client = await begun();
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    client.sendText(`{"seq":600,"type":"request","command":"threads","arguments":${deep}}`);
    client.sendText(
      `{"seq":601,"type":"request","command":"setBreakpoints","arguments":{"source":{"path":"x"},"breakpoints":[${deep}]}}`,
    );
    const objects = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    client.sendText(`{"seq":602,"type":"request","command":"launch","arguments":${objects}}`);
    await still(client);
    expect(answers(client, 600, 3)).toEqual([1, 1, 1]);
  });

  it("that are no UTF-8 are read as far as they can be", async () => {
    const client = await begun();
    const json = Buffer.from(
      '{"seq":610,"type":"request","command":"evaluate","arguments":{"expression":"??"}}',
    );
    json.fill(0xff, json.indexOf("??"), json.indexOf("??") + 2);
    client.sendBytes(Buffer.concat([Buffer.from(`Content-Length: ${json.length}\r\n\r\n`), json]));
    await still(client);
    expect(answers(client, 610, 1)).toEqual([1]);
    expect(client.responses.find((each) => each.request_seq === 610)!.success).toBe(false);
  });

  it("whose length is too short end the connection with a word, not in silence", async () => {
    const client = await begun();
    const json = JSON.stringify({ seq: 620, type: "request", command: "threads" });
    client.sendBytes(`Content-Length: ${json.length - 5}\r\n\r\n${json}`);
    client.sendText(json);
    await client.closed;
    expect(client.log.join(" ")).toMatch(/not valid JSON.*no valid Content-Length/);
  });

  it("with a number that is none are refused or ignored, and never answered twice", async () => {
    const client = await begun();
    for (const seq of [0, -1, 1.5, 2 ** 53, 1e300]) {
      client.sendRaw({ seq, type: "request", command: "threads" });
    }
    client.sendText('{"seq":1e999,"type":"request","command":"threads"}');
    await still(client);
    for (const seq of [0, -1, 1.5, 2 ** 53, 1e300]) {
      expect(client.responses.filter((each) => each.request_seq === seq)).toHaveLength(1);
    }
  });
});
