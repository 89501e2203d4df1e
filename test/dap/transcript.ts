import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect } from "vitest";
import type { TestClient } from "./client.ts";

const root = process.cwd();

/** Compares with a file under test/golden; `UPDATE_GOLDEN=1` writes it instead, for review. */
export function matchGolden(name: string, text: string): void {
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
export class Transcript {
  readonly lines: string[] = [];
  private readonly client: TestClient;
  private readonly program: string;
  /** Of the scenario, where it is no file. */
  private readonly scenario: string | null;

  constructor(client: TestClient, program: string, scenario: string | null = null) {
    this.client = client;
    this.program = program;
    this.scenario = scenario;
  }

  note(text: string): void {
    this.lines.push(text);
  }

  /** Resumes, and tells where the guest stops. */
  async resume(command: string, threadId: number, rest: object = {}): Promise<number> {
    const details = Object.entries(rest).map(([name, value]) => ` ${name}=${String(value)}`);
    this.note(`> ${command}${details.join("")}`);
    return this.stop(await this.client.resumeWith(command, { threadId, ...rest }));
  }

  async stop(body: Record<string, unknown>): Promise<number> {
    const { reason, description, text, threadId } = body as DebugProtocol.StoppedEvent["body"];
    const { threads } = await this.client.request<DebugProtocol.ThreadsResponse["body"]>("threads");
    const thread = threads.find((each) => each.id === threadId)?.name.split(" · ")[0];
    const told = reason === "data breakpoint" ? [description, text] : [description];
    const what = told.filter((each) => each !== undefined).join(": ");
    const about = what === "" ? "" : ` (${what})`;
    this.note(`stopped: ${reason}${about} in ${thread}`);
    const [top] = await this.frames(threadId!, 1);
    if (top !== undefined) this.note(`  ${await this.place(top)}`);
    return threadId!;
  }

  /** What an expression comes to where the guest stands. */
  async print(expression: string): Promise<void> {
    const { result } = await this.client.request<{ result: string }>("evaluate", { expression });
    this.note(`${expression} = ${result}`);
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
    const isScenario = path === this.program;
    const text = isScenario ? this.scenarioText() : await this.text(source!);
    const file = isScenario ? relative(root, path) : /src\/model\/(.+)$/.exec(path)![1];
    return `${name}  [${file}]  ${text.split("\n")[line - 1]?.trim()}`;
  }

  private async text(source: DebugProtocol.Source): Promise<string> {
    return (await this.client.request<{ content: string }>("source", { source })).content;
  }

  private scenarioText(): string {
    return this.scenario ?? readFileSync(this.program, "utf8");
  }
}
