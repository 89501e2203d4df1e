import { Adapter } from "../../src/dap/adapter.ts";
import { nodeHost } from "../../src/dap/node-host.ts";
import type { DapOutgoing } from "../../src/dap/wire.ts";
import { Choices } from "./choices.ts";
import { Known, randomRequest } from "./random-requests.ts";

/** The least that boots, with a moment of everything. */
const tiny = `name: tiny
guest:
  memory: 96MiB
  cpus: 2
  kernel: v5.7
  files: { big: 1MiB }
device:
  features: [stats-vq, deflate-on-oom]
costs: hardware
timeline:
  - run: cat big
    name: reader
  - wait: 500us
  - balloon: 1MiB
  - wait: 1ms
  - expect: balloon.reached
`;

const program = "/tiny.balloon.yaml";
const requestsEach = 400;
/** Requests that are still sent when the session is over. */
const afterwards = 20;

/** A client that sends whatever occurs to it, and counts the answers. */
export class Flood {
  readonly answers = new Map<number, number>();
  readonly succeeded = new Set<string>();
  /** What went wrong inside. */
  readonly failures: string[] = [];
  private readonly known = new Known();
  private readonly choices: Choices;
  private readonly adapter: Adapter;
  private readonly log: string[] = [];
  private seq = 0;
  private running = false;
  private ended = false;
  private wake: () => void = () => {};

  constructor(seed: number) {
    this.choices = new Choices(seed);
    this.adapter = new Adapter(nodeHost(), (message) => this.take(message));
  }

  /** Numbers of requests that were answered more than once. */
  get answeredOften(): readonly number[] {
    return [...this.answers].filter(([, count]) => count !== 1).map(([seq]) => seq);
  }

  /** One session from its beginning to its end; all of its requests are answered. */
  async session(): Promise<void> {
    const { choices } = this;
    this.send("initialize", { supportsProgressReporting: true, supportsInvalidatedEvent: true });
    this.send("launch", { program, text: tiny, stopOnEntry: choices.chance(0.8) });
    await this.settle(0);
    if (choices.chance(0.95)) this.send("configurationDone");
    let left = requestsEach;
    while (left > 0) {
      if (choices.chance(0.3)) await this.look();
      const burst = choices.chance(0.1) ? choices.below(40) : 1 + choices.below(3);
      for (let i = 0; i < burst; i++) this.sendAny();
      left -= burst;
      if (this.ended) left = Math.min(left, afterwards);
      if (choices.chance(0.1)) this.send("pause", { threadId: 0 });
      await this.settle(choices.chance(0.7) ? 0 : 5);
      if (choices.chance(0.9)) await this.until(() => !this.running);
    }
    await this.settle(0);
    this.send("disconnect");
    await this.settle(0);
    await this.adapter.close();
  }

  /** What every client asks at a stop. */
  private async look(): Promise<void> {
    const { choices, known } = this;
    for (const [command, argument, name] of [
      ["threads", "threadId", "threadId"],
      ["stackTrace", "threadId", "threadId"],
      ["scopes", "frameId", "frameId"],
      ["variables", "variablesReference", "variablesReference"],
    ] as const) {
      this.send(command, { [argument]: known.pick(choices, name, 1) });
      await this.settle(0);
    }
  }

  private sendAny(): void {
    const { command, args } = randomRequest(this.choices, this.known);
    // Beyond the end there is nothing but the end.
    if (command === "continue" && this.choices.chance(0.8)) return;
    this.send(command, args);
  }

  private send(command: string, args?: unknown): void {
    const seq = ++this.seq;
    this.log.push(`${command} ${JSON.stringify(args)?.slice(0, 300)}`);
    this.adapter.handle({ seq, type: "request", command, arguments: args });
  }

  /** For whoever looks into a session that hangs. */
  describe(): string {
    const open = this.seq - this.answers.size;
    return `${open} open, ${this.running ? "running" : "stopped"}\n${this.log.slice(-25).join("\n")}`;
  }

  /** Resolves when at most so many requests are without an answer. */
  private settle(most: number): Promise<void> {
    return this.until(() => this.seq - this.answers.size <= most);
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private take(message: DapOutgoing): void {
    // What cannot be written down would break every transport.
    const copy = JSON.parse(JSON.stringify(message)) as DapOutgoing;
    this.known.learn(copy);
    if (copy.type === "response") {
      this.answers.set(copy.request_seq, (this.answers.get(copy.request_seq) ?? 0) + 1);
      if (copy.success) this.succeeded.add(copy.command);
      if (copy.message === "internal") this.fail(JSON.stringify(copy.body));
    } else if (copy.event === "continued") this.running = true;
    else if (copy.event === "stopped") this.running = false;
    else if (copy.event === "terminated") {
      this.running = false;
      this.ended = true;
    } else if (copy.event === "output") {
      const { output } = copy.body as { readonly output: string };
      if (output.includes("inside the debugger")) this.fail(output);
    }
    this.wake();
  }

  private fail(what: string): void {
    this.failures.push(`${what}\nafter:\n${this.log.slice(-25).join("\n")}`);
  }
}
