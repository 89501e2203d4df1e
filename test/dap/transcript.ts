import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { expect } from "vitest";
import type { BranchesBody } from "../../src/dap/protocol.ts";
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

/** Events that a transcript tells of in another way, or that come when they like. */
const toldElsewhere = new Set([
  "balloon/branches",
  "balloon/result",
  "balloon/samples",
  "balloon/scenario",
  "continued",
  "initialized",
  "process",
  "stopped",
]);

/**
 * What a client saw, in a form that outlives edits elsewhere in the model: a place is told by the
 * text of its line, not by its number; times, ids and the figures in what is printed are left out.
 * Nothing that the adapter says goes unread: every output and every other event is noted.
 */
export class Transcript {
  readonly lines: string[] = [];
  private readonly client: TestClient;
  private readonly program: string;
  /** Of the scenario, where it is no file. */
  private readonly scenario: string | null;
  private heard = 0;

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
    this.hear();
    const { reason, description, text, threadId } = body as DebugProtocol.StoppedEvent["body"];
    const { threads } = await this.client.request<DebugProtocol.ThreadsResponse["body"]>("threads");
    const thread = threads.find((each) => each.id === threadId)?.name.split(" · ")[0];
    const told = reason === "data breakpoint" ? [description, text] : [description];
    const what = told.filter((each) => each !== undefined).join(": ");
    const about = what === "" ? "" : ` (${what.replace(/\.ts:\d+/g, ".ts")})`;
    // Who runs when the time is up is a matter of nanoseconds.
    if (reason === "end") {
      this.note(`stopped: ${reason}${about}`);
      return threadId!;
    }
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

  async branches(): Promise<void> {
    const { branches } = await this.client.request<BranchesBody>("balloon/branches");
    for (const { id, parent, description, current } of branches) {
      const from = parent === null ? "" : `, from branch ${parent}`;
      this.note(`  branch ${id}: ${description}${from}${current ? ", present" : ""}`);
    }
  }

  async filters(...filters: readonly string[]): Promise<void> {
    await this.client.request("setExceptionBreakpoints", { filters });
    this.note(`exceptions: ${filters.join(", ")}`);
  }

  /** What there is to read about an exception: its beginning, and where it was. */
  async exception(threadId: number): Promise<void> {
    this.note("> exceptionInfo");
    const { exceptionId, description, details } = await this.client.request<
      DebugProtocol.ExceptionInfoResponse["body"]
    >("exceptionInfo", { threadId });
    this.note(`  ${exceptionId}: ${description}`);
    const lines = details!.stackTrace!.split("\n").slice(0, 8);
    for (const line of lines) this.note(`  ${withoutFigures(line)}`);
  }

  /** Says goodbye, and compares all that was noted. */
  async end(golden: string): Promise<void> {
    await this.client.request("disconnect");
    await this.client.closed;
    this.hear();
    matchGolden(golden, `${this.lines.join("\n")}\n`);
  }

  private hear(): void {
    const { events } = this.client;
    for (const { event, body } of events.slice(this.heard)) {
      if (event === "output") {
        const { category, output } = body as DebugProtocol.OutputEvent["body"];
        const lines = output.trimEnd().split("\n");
        // Outcomes and reports are long tables that have tests of their own.
        const isTable = category === "stdout" && lines.length > 4;
        const shown = isTable ? [...lines.slice(0, 2), "…"] : lines;
        for (const line of shown) this.note(`| ${withoutFigures(line)}`);
      } else if (!toldElsewhere.has(event)) this.note(`event: ${event}`);
    }
    this.heard = events.length;
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

/** Figures change with every calibration of the model, and the widths of columns with them. */
function withoutFigures(line: string): string {
  return line
    .replace(/(?<![\w.])[-+]?(?:0x[0-9a-f]+|\d[\d,.]*)/g, "#")
    .replace(/ \([UMEHC]+\)/g, "")
    .replace(/ {2,}/g, " ")
    .trimEnd();
}
