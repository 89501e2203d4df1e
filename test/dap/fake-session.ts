import type {
  BreakpointRequest,
  BranchView,
  BreakpointView,
  Command,
  DataBreakpointInfo,
  DataBreakpointRequest,
  EditOutcome,
  Evaluation,
  ExceptionFilter,
  FilterRequest,
  KnobView,
  Mark,
  MemoryView,
  NameView,
  ModuleView,
  OutputLine,
  PageMap,
  Place,
  RingView,
  RunResult,
  Samples,
  SeekTarget,
  SessionApi,
  StatementView,
  Stop,
  StopReason,
  TargetView,
  ValueView,
} from "../../src/session/types.ts";

const lastLine = 20;
const elements = 1_000_000;
const source = Array.from({ length: lastLine + 1 }, (_, line) => `line_${line}();`).join("\n");
/** Function breakpoints of the fake stop at these lines. */
const functions: Readonly<Record<string, number>> = { fill_balloon: 5, leak_balloon: 12 };

/**
 * A session without a machine: a program of 21 lines that runs one line a slice. Tests of the
 * protocol need stops, pauses and errors at known places, not a guest.
 */
export class FakeSession implements SessionApi {
  running = false;
  stop: Stop | null;
  disposed = false;
  readonly outline = { steps: ["balloon: 1MiB"], guestPages: 4096, pageBytes: 4096 };
  filters: readonly ExceptionFilter[] = [];
  private line = 0;
  private pauseRequested = false;
  private breakLines = new Map<string, readonly { line: number; id: number }[]>();
  /** As in the real one: what is set while it runs is heeded from the next `execute` on. */
  private armed: readonly { line: number; id: number }[] = [];
  private readonly ids = new Map<string, number>();
  private lastId = 100;
  private output: OutputLine[] = [{ category: "console", text: "booted" }];
  private readonly yieldToInput: () => Promise<void>;
  /** Thrown by the next `execute`. */
  failure: Error | null = null;

  constructor(yieldToInput: () => Promise<void>) {
    this.yieldToInput = yieldToInput;
    this.stop = this.stopAt({ kind: "entry" });
  }

  async execute(command: Command): Promise<Stop> {
    if (this.failure !== null) throw this.failure;
    this.running = true;
    this.stop = null;
    this.pauseRequested = false;
    this.armed = [...this.breakLines.values()].flat();
    const reason = await this.move(command);
    this.running = false;
    this.stop = this.stopAt(reason);
    return this.stop;
  }

  private async move(command: Command): Promise<StopReason> {
    const step = /[bB]ack|reverse/.test(command) ? -1 : 1;
    for (;;) {
      if (step < 0 && this.line === 0) return { kind: "start" };
      if (step > 0 && this.line === lastLine) return { kind: "end" };
      this.line += step;
      if (step > 0) this.output.push({ category: "stdout", text: `at ${this.line}` });
      await this.yieldToInput();
      if (step > 0 && this.line === lastLine) return { kind: "end" };
      const ids = this.armed.filter((each) => each.line === this.line);
      if (ids.length > 0) return { kind: "breakpoint", ids: ids.map((each) => each.id) };
      const data = this.watches.find(({ lines }) => lines.includes(this.line));
      if (data !== undefined) {
        return {
          kind: "data",
          by: "",
          ids: [data.id],
          text: `num_pages: ${this.line - 1} → ${this.line}`,
        };
      }
      if (this.line === 15 && this.filters.includes("oom-kill")) {
        return {
          kind: "exception",
          filter: "oom-kill",
          text: "Killed process 7",
          details: "report",
        };
      }
      if (command !== "continue" && command !== "reverseContinue") return { kind: "step" };
      if (this.pauseRequested) return { kind: "pause" };
    }
  }

  pause(): void {
    this.pauseRequested = true;
  }

  async mark(): Promise<Mark> {
    return { dispatch: this.line, statement: 0 };
  }

  async seek(target: Mark | SeekTarget): Promise<Stop> {
    if (!("kind" in target)) this.line = target.dispatch;
    else if (target.kind === "mark") this.line = target.mark.dispatch;
    else if (target.kind === "time") this.line = Math.ceil(target.time / 1e9);
    if ("kind" in target && target.kind === "mark") this.branch = target.branch ?? this.branch;
    this.stop = this.stopAt({ kind: "goto", text: `line ${this.line}` });
    return this.stop;
  }

  stepInTargets(): readonly TargetView[] {
    return [{ id: 1, label: "inner", place: placeOf(1) }];
  }

  gotoTargets(_thread: number, _file: Place["file"], line: number): readonly TargetView[] {
    return line <= lastLine ? [{ id: line, label: `line ${line}`, place: placeOf(line) }] : [];
  }

  async goto(_thread: number, target: number): Promise<Stop> {
    this.line = target;
    this.stop = this.stopAt({ kind: "goto", text: `line ${target}` });
    return this.stop;
  }

  async restartFrame(): Promise<Stop> {
    return this.goto(1, 0);
  }

  /** `num_pages` changes at two lines, each byte at one. */
  private watches: readonly { readonly id: number; readonly lines: readonly number[] }[] = [];

  /** Every step back is as short as any other. */
  async prepare(): Promise<void> {}

  /** Everything that it shows is at hand. */
  expand(): null {
    return null;
  }

  dataBreakpointInfo(
    target: { ref: number; name: string } | { expression: string; frame: number | null },
  ): DataBreakpointInfo {
    const name = "name" in target ? target.name : target.expression.replace(/^vb->/, "");
    const known = linesOf(name).length > 0;
    const description = known ? name : `${name} is no value that can be watched.`;
    return { dataId: known ? name : null, description, access: ["write"], canPersist: known };
  }

  seekProblem(target: SeekTarget): string | null {
    if (target.kind !== "change") return null;
    const { dataId } = target;
    return linesOf(dataId).length > 0 ? null : `There is no ${dataId}.`;
  }

  setDataBreakpoints(requests: readonly DataBreakpointRequest[]): readonly BreakpointView[] {
    const views = requests.map(({ dataId }, index) => ({
      id: 900 + index,
      verified: linesOf(dataId).length > 0,
      message: linesOf(dataId).length > 0 ? null : `There is no ${dataId}.`,
      place: null,
    }));
    this.watches = views.map(({ id }, index) => ({ id, lines: linesOf(requests[index]!.dataId) }));
    return views;
  }

  setStatementBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    return this.set("statements", requests, ({ at }) =>
      at.kind === "statement" && at.index >= 0 && at.index <= lastLine ? at.index : undefined,
    );
  }

  /** Sixteen bytes at 0x1000, counting up. */
  readonly bytes = Uint8Array.from({ length: 16 }, (_, index) => index);

  readMemory(address: string, offset: number, count: number): MemoryView {
    const from = Number(BigInt(address) - 0x1000n) + offset;
    const bytes = from < 0 ? new Uint8Array() : this.bytes.slice(from, from + count);
    return {
      address: `0x${(0x1000 + from).toString(16)}`,
      bytes,
      unreadable: count - bytes.length,
    };
  }

  memoryCells(address: string, offset: number, count: number): readonly string[] {
    const from = Number(BigInt(address) - 0x1000n) + offset;
    return Array.from(this.bytes.slice(from, from + count), (_, index) => `bytes[${from + index}]`);
  }

  async writeMemory(address: string, offset: number, bytes: Uint8Array): Promise<EditOutcome> {
    if (this.readMemory(address, offset, bytes.length).unreadable > 0) {
      return { value: null, error: { message: "There is no memory.", offset: 0 }, branch: 0 };
    }
    this.bytes.set(bytes, Number(BigInt(address) - 0x1000n) + offset);
    return { value: null, error: null, branch: 0 };
  }

  modules(): readonly ModuleView[] {
    const [driver, vmscan] = this.sources();
    return [
      {
        id: "drivers/virtio/virtio_balloon.c",
        sources: [driver!],
        generation: "v5.7",
        functions: 2,
      },
      { id: "mm/vmscan.c", sources: [vmscan!], generation: "v5.7", functions: 1 },
    ];
  }

  statements(start: number, count: number): readonly StatementView[] {
    const all = Array.from({ length: lastLine + 1 }, (_, index) => ({
      index,
      address: `0x${(0x8000 + 16 * index).toString(16)}`,
      function: "fill_balloon",
      offset: 16 * index,
      text: `line_${index}();`,
      place: placeOf(index),
    }));
    return all.slice(Math.max(0, start), Math.max(0, start + count));
  }

  statementAt(address: string): number {
    return Math.floor((Number(BigInt(address)) - 0x8000) / 16);
  }

  async setVariable(_ref: number, name: string, text: string): Promise<EditOutcome> {
    return this.setExpression(name, text);
  }

  async setExpression(expression: string, text: string): Promise<EditOutcome> {
    const line = Number(text);
    if (expression !== "line" || !Number.isInteger(line)) {
      const error = { message: `Cannot set ${expression}.`, offset: 0 };
      return { value: null, error, branch: this.branch };
    }
    this.line = line;
    return this.edited(`set line = ${text}`, value("line", text));
  }

  async killTask(thread: number): Promise<EditOutcome> {
    return this.edited(`kill ${thread}`, null);
  }

  killProblem(): null {
    return null;
  }

  private knobValue = "256";

  knobs(): readonly KnobView[] {
    return [{ name: "balloon.target", value: this.knobValue, description: "pages" }];
  }

  async setKnob(name: string, text: string): Promise<EditOutcome> {
    if (name !== "balloon.target") {
      return { value: null, error: { message: `There is no ${name}.`, offset: 0 }, branch: 0 };
    }
    this.knobValue = text;
    return this.edited(`${name} = ${text}`, null);
  }

  branch = 0;
  private readonly forks: BranchView[] = [];

  branches(): readonly BranchView[] {
    const fork = { dispatch: 0, statement: 0 };
    const end = { dispatch: this.line, statement: 0 };
    const root = { id: 0, parent: null, fork, forkTime: 0, end, endTime: this.time(), edits: [] };
    const all = [{ ...root, description: "fake", current: false }, ...this.forks];
    return all.map((each) => ({ ...each, current: each.id === this.branch }));
  }

  /** Every edit begins a branch here. */
  private edited(description: string, shown: ValueView | null): EditOutcome {
    const fork = { dispatch: this.line, statement: 0 };
    const parent = this.branch;
    this.branch = this.forks.length + 1;
    const time = this.time();
    this.forks.push({
      id: this.branch,
      parent,
      fork,
      forkTime: time,
      description,
      edits: [{ mark: fork, time, text: description }],
      end: fork,
      endTime: time,
      current: true,
    });
    return { value: shown, error: null, branch: this.branch };
  }

  pageMap(resolution: number): PageMap {
    const tiles = new Uint8Array(resolution);
    const counts = [resolution];
    return {
      first: 0,
      pages: resolution,
      pagesPerTile: 1,
      pageBytes: 4096,
      tiles,
      states: ["free"],
      counts,
    };
  }

  rings(): readonly RingView[] {
    return [];
  }

  time(): number {
    return this.line * 1e9;
  }

  setFunctionBreakpoints(requests: readonly BreakpointRequest[]): readonly BreakpointView[] {
    return this.set("functions", requests, ({ at }) =>
      at.kind === "function" ? functions[at.name] : undefined,
    );
  }

  setLineBreakpoints(
    file: Place["file"],
    requests: readonly BreakpointRequest[],
  ): readonly BreakpointView[] {
    return this.set(file.path, requests, ({ at }) =>
      at.kind === "line" && at.line <= lastLine ? at.line : undefined,
    );
  }

  private set(
    key: string,
    requests: readonly BreakpointRequest[],
    lineOf: (request: BreakpointRequest) => number | undefined,
  ): readonly BreakpointView[] {
    const views = requests.map((request): BreakpointView => {
      const line = lineOf(request);
      const text = JSON.stringify(request);
      const id = this.ids.get(text) ?? ++this.lastId;
      this.ids.set(text, id);
      if (line === undefined) return { id, verified: false, message: "no such place", place: null };
      return { id, verified: true, message: null, place: placeOf(line) };
    });
    const armed = views.flatMap(({ id, place }) =>
      place === null ? [] : [{ id, line: place.line }],
    );
    this.breakLines.set(key, armed);
    return views;
  }

  setExceptionFilters(filters: readonly (ExceptionFilter | FilterRequest)[]): null[] {
    this.filters = filters.map((each) => (typeof each === "string" ? each : each.filter));
    return filters.map(() => null);
  }

  threads() {
    return [
      { id: 1, name: "memhog", state: "running on cpu 0" },
      { id: 2, name: "kswapd0", state: "blocked: kswapd_wait" },
      { id: 3, name: "cat", state: "exited" },
    ];
  }

  stack(thread: number, start: number, count: number) {
    const names = thread === 1 ? ["inner", "middle", "outer"] : ["kswapd"];
    const frames = names.map((name, depth) => ({
      id: thread * 100 + depth,
      name,
      place: placeOf(this.line),
      isModel: name !== "outer",
      statement: name === "outer" ? -1 : this.line,
      parameters: ["line"],
    }));
    return { frames: frames.slice(start, start + count), total: frames.length };
  }

  scopes(frame: number) {
    return [
      { name: "Locals", ref: frame * 10, indexed: 0, expensive: false },
      { name: "Pages", ref: 7, indexed: elements, expensive: true },
    ];
  }

  children(ref: number, start: number, count: number): readonly ValueView[] {
    if (ref === 7) {
      const end = Math.min(start + count, elements);
      return Array.from({ length: end - start }, (_, index) => value(`[${start + index}]`, "free"));
    }
    if (ref === 8) return [value("num_pages", "256 pages (1 MiB)", "vb->num_pages")];
    const mark = { dispatch: 4, statement: 2 };
    return [
      { ...value("line", String(this.line)), writable: true },
      { ...value("vb", "0x1"), ref: 8, address: "0x1000" },
      { ...value("last call", "4.0 s", ""), evaluateName: null, mark },
    ];
  }

  names(frame: number | null): readonly NameView[] {
    const local = { kind: "local", type: null } as const;
    const jiffies = { name: "jiffies", kind: "global", type: "number" } as const;
    return frame === null
      ? [jiffies]
      : [{ ...local, name: "line" }, { ...local, name: "vb" }, jiffies];
  }

  evaluate(text: string, frame: number | null): Evaluation {
    const known: Readonly<Record<string, ValueView>> = {
      jiffies: value("jiffies", "42"),
      ...(frame === null
        ? {}
        : { line: value("line", String(this.line)), vb: { ...value("vb", "0x1"), ref: 8 } }),
    };
    const found = known[text] ?? null;
    if (found !== null) return { value: found, error: null };
    return { value: null, error: { message: `There is no "${text}" here.`, offset: 0 } };
  }

  sources() {
    return ["balloon/virtio_balloon.ts", "mm/vmscan.ts"];
  }

  sourceText(path: string) {
    return this.sources().includes(path) ? source : null;
  }

  samples(since: number): Samples {
    const times = Array.from({ length: lastLine + 1 }, (_, index) => index * 1e9).slice(since);
    return {
      first: since,
      times,
      series: { balloon_pages: times.map((time) => time / 1e9) },
      events: [{ time: 4.5e9, name: "oom_notify", a: 256, b: 0 }],
    };
  }

  takeOutput() {
    return this.output.splice(0);
  }

  fingerprint() {
    return String(this.line);
  }

  result(): RunResult {
    return {
      scenario: "fake",
      kernel: "v5.7",
      seed: 1,
      fingerprint: this.fingerprint(),
      virtualNs: this.time(),
      bug: "",
      counters: { balloon_inflate: 256 },
      balloon: { targetPages: 256, actualPages: 256, timeToTargetNs: 1e9, longestStallNs: 0 },
      timeline: [{ line: 3, text: "wait 20s", start: 0, end: 20e9, outcome: "done" }],
      expect: [
        { line: 5, text: "balloon_deflate == 0", pass: true, actual: "balloon_deflate = 0" },
      ],
    };
  }

  dispose() {
    this.disposed = true;
  }

  private stopAt(reason: StopReason): Stop {
    return { reason, thread: 1, time: this.time() };
  }
}

function placeOf(line: number): Place {
  const file = { kind: "model", path: "balloon/virtio_balloon.ts" } as const;
  return { file, line, column: 0, endLine: line, endColumn: 8 };
}

function value(name: string, text: string, evaluateName: string = name): ValueView {
  return { name, value: text, type: "long", ref: 0, indexed: 0, evaluateName };
}

function linesOf(dataId: string): readonly number[] {
  if (dataId === "num_pages") return [3, 9];
  const [, byte] = /^bytes\[(\d+)\]$/.exec(dataId) ?? [];
  return byte === undefined ? [] : [Number(byte)];
}
