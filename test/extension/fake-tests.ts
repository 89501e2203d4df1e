/** As much of `vscode.tests` as the extension uses; `started` has what test runs were told. */
import type { Uri } from "./fake-vscode.ts";

export class FakeItems {
  readonly #items = new Map<string, FakeItem>();
  readonly #parent: FakeItem | undefined;

  constructor(parent?: FakeItem) {
    this.#parent = parent;
  }

  get size(): number {
    return this.#items.size;
  }

  get(id: string): FakeItem | undefined {
    return this.#items.get(id);
  }

  add(item: FakeItem): void {
    item.parent = this.#parent;
    this.#items.set(item.id, item);
  }

  delete(id: string): void {
    this.#items.delete(id);
  }

  replace(items: readonly FakeItem[]): void {
    this.#items.clear();
    for (const item of items) this.add(item);
  }

  [Symbol.iterator](): IterableIterator<[string, FakeItem]> {
    return this.#items.entries();
  }
}

export class FakeItem {
  readonly children = new FakeItems(this);
  readonly id: string;
  readonly label: string;
  readonly uri: Uri | undefined;
  parent: FakeItem | undefined = undefined;
  range: { readonly start: { readonly line: number } } | undefined = undefined;
  error: unknown = undefined;

  constructor(id: string, label: string, uri?: Uri) {
    this.id = id;
    this.label = label;
    this.uri = uri;
  }
}

interface FakeMessage {
  readonly message: string;
  readonly location?: { readonly range: { readonly line: number } };
}

class TestMessage implements FakeMessage {
  readonly message: string;
  expectedOutput?: string;
  actualOutput?: string;

  constructor(message: string) {
    this.message = message;
  }

  static diff(message: string, expected: string, actual: string): TestMessage {
    return Object.assign(new TestMessage(message), {
      expectedOutput: expected,
      actualOutput: actual,
    });
  }
}

class Location {
  readonly uri: Uri;
  readonly range: object;

  constructor(uri: Uri, range: object) {
    this.uri = uri;
    this.range = range;
  }
}

/** Keeps what it is told, a line each: "passed a > oom_kill == 0". */
export class FakeTestRun {
  readonly told: string[] = [];
  readonly messages: FakeMessage[] = [];
  output = "";

  readonly enqueued = (): void => {};
  readonly started = (item: FakeItem): void => this.#tell("started", item);
  readonly passed = (item: FakeItem): void => this.#tell("passed", item);
  readonly skipped = (item: FakeItem): void => this.#tell("skipped", item);
  readonly failed = (item: FakeItem, messages: FakeMessage | FakeMessage[]): void =>
    this.#tell("failed", item, messages);
  readonly errored = (item: FakeItem, messages: FakeMessage | FakeMessage[]): void =>
    this.#tell("errored", item, messages);
  readonly end = (): void => void this.told.push("end");

  appendOutput(text: string): void {
    this.output += text;
  }

  #tell(what: string, item: FakeItem, messages: FakeMessage | FakeMessage[] = []): void {
    this.told.push(`${what} ${nameOf(item)}`);
    this.messages.push(...[messages].flat());
  }
}

export class FakeController {
  readonly items = new FakeItems();
  readonly testRuns: FakeTestRun[] = [];
  /** Handlers of the profiles by their label. */
  readonly profiles = new Map<string, (request: object, token: object) => Promise<void>>();
  resolveHandler: ((item?: FakeItem) => Promise<void>) | null = null;
  refreshHandler: ((token: object) => Promise<void>) | null = null;

  readonly createTestItem = (id: string, label: string, uri?: Uri): FakeItem =>
    new FakeItem(id, label, uri);
  readonly dispose = (): void => {};

  createRunProfile(
    label: string,
    _kind: number,
    handler: (request: object, token: object) => Promise<void>,
  ): void {
    this.profiles.set(label, handler);
  }

  createTestRun(): FakeTestRun {
    const run = new FakeTestRun();
    this.testRuns.push(run);
    return run;
  }
}

/** Labels from the scenario down. */
export function nameOf(item: FakeItem): string {
  return item.parent === undefined ? item.label : `${nameOf(item.parent)} > ${item.label}`;
}

export const controllers: FakeController[] = [];

/** What a mock of `vscode` adds. */
export const fakeTests = {
  TestRunProfileKind: { Run: 1, Debug: 2 },
  TestMessage,
  Location,
  tests: {
    createTestController: (): FakeController => {
      const controller = new FakeController();
      controllers.push(controller);
      return controller;
    },
  },
};
