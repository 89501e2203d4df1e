import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect, it } from "vitest";
import { nodeHost } from "../../src/dap/node-host.ts";
import { TestClient } from "./client.ts";

const root = process.cwd();
const program = join(root, "scenarios/oom-notify.balloon.yaml");

/** Compares with a file under test/golden; `UPDATE_GOLDEN=1` writes it instead, for review. */
function matchGolden(name: string, text: string): void {
  const file = join(root, "test/golden", name);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}

/**
 * What a client saw, in a form that outlives edits elsewhere in the model: a place is told by the
 * text of its line, not by its number, and times and ids are left out.
 */
class Transcript {
  readonly lines: string[] = [];
  private readonly client: TestClient;

  constructor(client: TestClient) {
    this.client = client;
  }

  note(text: string): void {
    this.lines.push(text);
  }

  /** Resumes, and tells where the guest stops. */
  async resume(command: string, threadId: number): Promise<number> {
    this.note(`> ${command}`);
    return this.stop(await this.client.resume(command, threadId));
  }

  async stop(body: Record<string, unknown>): Promise<number> {
    const { reason, description, threadId } = body as DebugProtocol.StoppedEvent["body"];
    const { threads } = await this.client.request<DebugProtocol.ThreadsResponse["body"]>("threads");
    const thread = threads.find((each) => each.id === threadId)?.name.split(" · ")[0];
    const about = description === undefined ? "" : ` (${description})`;
    this.note(`stopped: ${reason}${about} in ${thread}`);
    const [top] = await this.frames(threadId!, 1);
    if (top !== undefined) this.note(`  ${await this.place(top)}`);
    return threadId!;
  }

  async stack(threadId: number): Promise<void> {
    this.note("> stackTrace");
    for (const each of await this.frames(threadId, 0)) this.note(`  ${await this.place(each)}`);
  }

  async locals(threadId: number): Promise<void> {
    this.note("> variables of Locals");
    const [frame] = await this.frames(threadId, 1);
    const { scopes } = await this.client.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: frame!.id,
    });
    const { variables } = await this.client.request<DebugProtocol.VariablesResponse["body"]>(
      "variables",
      { variablesReference: scopes.find((each) => each.name === "Locals")!.variablesReference },
    );
    for (const { name, value, type } of variables) this.note(`  ${name}: ${type} = ${value}`);
  }

  private async frames(threadId: number, levels: number) {
    const body = { threadId, startFrame: 0, levels };
    const stack = await this.client.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      body,
    );
    return stack.stackFrames;
  }

  private async place({ name, source, line }: DebugProtocol.StackFrame): Promise<string> {
    const path = source!.path!;
    const text = path === program ? readFileSync(program, "utf8") : await this.text(source!);
    const file = path === program ? relative(root, path) : /src\/model\/(.+)$/.exec(path)![1];
    return `${name}  [${file}]  ${text.split("\n")[line - 1]?.trim()}`;
  }

  private async text(source: DebugProtocol.Source): Promise<string> {
    return (await this.client.request<{ content: string }>("source", { source })).content;
  }
}

it("debugs an OOM notification forwards and back", async () => {
  const client = new TestClient(nodeHost());
  const transcript = new Transcript(client);
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
