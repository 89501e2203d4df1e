import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { it } from "vitest";
import { nodeHost } from "../../src/dap/node-host.ts";
import { TestClient } from "./client.ts";
import { small } from "./guest.ts";
import { Transcript } from "./transcript.ts";

const program = join(process.cwd(), "scenarios/oom-notify.balloon.yaml");

/** The page cache and the balloon want more than there is. */
const pressed = small
  .replace("v5.7", "v4.19")
  .replace("big: 20MiB", "big: 60MiB")
  .replace(/balloon: 30MiB[^]*/, "balloon: 80MiB\n  - wait: 100ms\n");

/** A client that has launched a scenario from its text, stopped at the entry, and its notes. */
async function begun(name: string, text: string) {
  const client = new TestClient(nodeHost());
  const path = join(process.cwd(), name);
  const transcript = new Transcript(client, path, text);
  await client.request("initialize", { adapterID: "balloon", supportsVariableType: true });
  await client.request("launch", { program: path, text, stopOnEntry: true });
  await client.event("initialized");
  await client.request("configurationDone");
  const { body } = await client.event("stopped");
  const thread = await transcript.stop(body as Record<string, unknown>);
  return { client, transcript, thread };
}

it("debugs an OOM notification forwards and back", async () => {
  const client = new TestClient(nodeHost());
  const transcript = new Transcript(client, program);
  await client.request("initialize", { adapterID: "balloon", supportsVariableType: true });
  await client.request("launch", { program });
  await client.event("initialized");
  const functions = [{ name: "virtio_balloon_oom_notify" }, { name: "virtio_balloon_oom_notfy" }];
  const { breakpoints } = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
    "setFunctionBreakpoints",
    { breakpoints: functions },
  );
  for (const [index, { verified, message }] of breakpoints.entries()) {
    transcript.note(`breakpoint ${functions[index]!.name}: ${verified ? "verified" : message}`);
  }
  transcript.note("> configurationDone");
  await client.request("configurationDone");
  const { body } = await client.event("stopped");
  const thread = await transcript.stop(body as Record<string, unknown>);
  await transcript.stack(thread);
  await transcript.locals(thread);
  await transcript.resume("next", thread);
  await transcript.locals(thread);
  await transcript.resume("next", thread);
  await transcript.locals(thread);
  await transcript.resume("stepBack", thread);
  await transcript.locals(thread);
  await transcript.resume("stepIn", thread);
  await transcript.resume("stepOut", thread);
  await transcript.resume("reverseContinue", thread);
  await transcript.resume("continue", thread);
  await client.request("setFunctionBreakpoints", { breakpoints: [] });
  const last = await transcript.resume("continue", thread);
  await transcript.resume("stepBack", last);
  await transcript.end("dap/oom-notify.txt");
});

it("debugs the shrinker of v4.19, which takes from the balloon what the page cache wants", async () => {
  const { transcript, thread } = await begun("shrinker.balloon.yaml", pressed);
  await transcript.filters("balloon-shrink");
  let at = await transcript.resume("continue", thread);
  await transcript.stack(at);
  await transcript.locals(at);
  await transcript.print("balloon_deflate");
  at = await transcript.resume("stepOut", at);
  await transcript.print("balloon_deflate > 0");
  at = await transcript.resume("balloon/reverseStepOut", at);
  at = await transcript.resume("reverseContinue", at);
  await transcript.filters("direct-reclaim", "expectation");
  await transcript.resume("continue", at);
  await transcript.end("dap/shrinker.txt");
});

it("goes through time: seeks, an edit in the past, and two futures", async () => {
  const { client, transcript, thread } = await begun("time.balloon.yaml", small);
  const becomes = { condition: "vb->num_pages >= 2000", direction: "forward" };
  let at = await transcript.resume("balloon/seek", thread, { time: 20_000_000 });
  at = await transcript.resume("balloon/seek", at, becomes);
  await transcript.print("vb->num_pages");
  at = await transcript.resume("continue", at);
  await transcript.print("vb->num_pages");
  at = await transcript.resume("balloon/seek", at, { ...becomes, direction: "back" });
  await transcript.print("vb->num_pages");
  transcript.note("> setExpression balloon.target = 16 MiB / 4 KiB");
  const target = { expression: "balloon.target", value: "16 MiB / 4 KiB" };
  await client.request("setExpression", target);
  await transcript.branches();
  at = await transcript.resume("continue", at);
  await transcript.print("vb->num_pages");
  at = await transcript.resume("balloon/seek", at, { branch: 0 });
  await transcript.print("vb->num_pages");
  await transcript.branches();
  at = await transcript.resume("balloon/seek", at, { branch: 1 });
  await transcript.print("vb->num_pages");
  at = await transcript.resume("reverseContinue", at);
  await transcript.print("balloon_inflate");
  await transcript.end("dap/time-travel.txt");
});

it("debugs the busy no-op: what goes in, what comes out, and who does it", async () => {
  const text = readFileSync(join(process.cwd(), "lessons/busy-no-op.balloon.yaml"), "utf8");
  const { client, transcript, thread } = await begun("busy-no-op.balloon.yaml", text);
  await transcript.filters("no-progress");
  let at = await transcript.resume("continue", thread);
  await transcript.exception(at);
  await transcript.stack(at);
  await transcript.print("balloon_deflate > balloon_inflate / 2 && !balloon.reached");
  // Who takes pages out, the last time before.
  await transcript.filters();
  const watch = { dataId: '["expression","balloon_deflate > 0"]', accessType: "change" };
  transcript.note("> setDataBreakpoints balloon_deflate > 0");
  await client.request("setDataBreakpoints", { breakpoints: [watch] });
  at = await transcript.resume("reverseContinue", at);
  await transcript.stack(at);
  at = await transcript.resume("reverseContinue", at);
  await client.request("setDataBreakpoints", { breakpoints: [] });
  at = await transcript.resume("continue", at);
  transcript.note("> continue");
  await client.request("continue", { threadId: at });
  await client.event("terminated");
  await transcript.end("dap/busy-no-op.txt");
});

it("meets the OOM killer, goes back before it, kills by hand, and begins again", async () => {
  const text = small
    .replace("[stats-vq, deflate-on-oom]", "[stats-vq]")
    .replace("  - wait: 20ms\n", "  - run: memhog 200MiB\n  - wait: 200ms\n");
  const { client, transcript, thread } = await begun("oom-kill.balloon.yaml", text);
  await transcript.filters("oom-kill");
  let at = await transcript.resume("continue", thread);
  await transcript.exception(at);
  await transcript.locals(at);
  at = await transcript.resume("stepOut", at);
  const call = { function: "balance_pgdat", direction: "back" };
  at = await transcript.resume("balloon/seek", at, call);
  const { threads } = await client.request<DebugProtocol.ThreadsResponse["body"]>("threads");
  const hog = threads.find(({ name }) => name.startsWith("memhog"))!;
  transcript.note("> terminateThreads memhog");
  await client.request("terminateThreads", { threadIds: [hog.id] });
  await transcript.branches();
  at = await transcript.resume("continue", at);
  await transcript.print("oom_kill");
  transcript.note("> restart");
  const before = client.count("stopped");
  await client.request("restart");
  const { body } = await client.event("stopped", before);
  at = await transcript.stop(body as Record<string, unknown>);
  await transcript.branches();
  at = await transcript.resume("continue", at);
  transcript.note("> terminate");
  await client.request("terminate");
  await client.event("terminated");
  await transcript.end("dap/oom-kill.txt");
});
