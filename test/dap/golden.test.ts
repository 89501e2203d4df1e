import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { it } from "vitest";
import { nodeHost } from "../../src/dap/node-host.ts";
import type { BranchesBody } from "../../src/dap/protocol.ts";
import { TestClient } from "./client.ts";
import { small } from "./guest.ts";
import { matchGolden, Transcript } from "./transcript.ts";

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
  await client.request("disconnect");
  await client.closed;
  matchGolden("dap/oom-notify.txt", `${transcript.lines.join("\n")}\n`);
});

it("debugs the shrinker of v4.19, which takes from the balloon what the page cache wants", async () => {
  const { client, transcript, thread } = await begun("shrinker.balloon.yaml", pressed);
  const setFilters = async (...filters: string[]): Promise<void> => {
    await client.request("setExceptionBreakpoints", { filters });
    transcript.note(`exceptions: ${filters.join(", ")}`);
  };
  await setFilters("balloon-shrink");
  let at = await transcript.resume("continue", thread);
  const info = await client.request<DebugProtocol.ExceptionInfoResponse["body"]>("exceptionInfo", {
    threadId: at,
  });
  transcript.note(`exception ${info.exceptionId}: ${info.description}`);
  await transcript.stack(at);
  await transcript.locals(at);
  await transcript.print("balloon_deflate");
  at = await transcript.resume("stepOut", at);
  await transcript.print("balloon_deflate > 0");
  at = await transcript.resume("balloon/reverseStepOut", at);
  at = await transcript.resume("reverseContinue", at);
  await setFilters("direct-reclaim", "expectation");
  await transcript.resume("continue", at);
  await client.request("disconnect");
  await client.closed;
  matchGolden("dap/shrinker.txt", `${transcript.lines.join("\n")}\n`);
});

it("goes through time: seeks, an edit in the past, and two futures", async () => {
  const { client, transcript, thread } = await begun("time.balloon.yaml", small);
  const branches = async (): Promise<void> => {
    const body = await client.request<BranchesBody>("balloon/branches");
    for (const { id, parent, description, current } of body.branches) {
      const from = parent === null ? "" : `, from branch ${parent}`;
      transcript.note(`  branch ${id}: ${description}${from}${current ? ", present" : ""}`);
    }
  };
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
  await branches();
  at = await transcript.resume("continue", at);
  await transcript.print("vb->num_pages");
  at = await transcript.resume("balloon/seek", at, { branch: 0 });
  await transcript.print("vb->num_pages");
  await branches();
  at = await transcript.resume("balloon/seek", at, { branch: 1 });
  await transcript.print("vb->num_pages");
  at = await transcript.resume("reverseContinue", at);
  await transcript.print("balloon_inflate");
  await client.request("disconnect");
  await client.closed;
  matchGolden("dap/time-travel.txt", `${transcript.lines.join("\n")}\n`);
});
