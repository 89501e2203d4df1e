import type * as vscode from "vscode";

/**
 * As much of the `vscode` module as the extension's unit tests need: `vi.mock("vscode", () =>
 * fakeVscode)`. Tests put files, open documents and settings into `world` and read back what the
 * user would have seen.
 */
interface FakeDocument {
  readonly uri: Uri;
  readonly languageId: string;
  readonly text: string;
}

interface World {
  folders: { uri: Uri; name: string; index: number }[];
  /** Text by URI. */
  files: Map<string, string>;
  documents: FakeDocument[];
  active: FakeDocument | null;
  /** What `launch.configurations` holds. */
  launchJson: unknown;
  /** False: the file system has no search, as in some browsers. */
  canSearch: boolean;
  errors: string[];
  /** Documents opened, with where: "file:///a 6:2". */
  shown: string[];
  /** Labels offered by the last quick pick, and which of them the user takes. */
  offered: string[];
  picks: string | null;
}

export const world: World = newWorld();

export function resetWorld(): void {
  Object.assign(world, newWorld());
}

function newWorld(): World {
  return {
    folders: [],
    files: new Map(),
    documents: [],
    active: null,
    launchJson: undefined,
    canSearch: true,
    errors: [],
    shown: [],
    offered: [],
    picks: null,
  };
}

export class Uri {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;

  private constructor(scheme: string, authority: string, path: string) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
  }

  static parse(text: string): Uri {
    const [, scheme = "", authority = "", path = ""] =
      /^([^:]+):(?:\/\/([^/]*))?(.*)$/.exec(text) ?? [];
    return new Uri(scheme, authority, decodeURIComponent(path));
  }

  static file(path: string): Uri {
    return new Uri("file", "", path.replaceAll("\\", "/").replace(/^(?!\/)/, "/"));
  }

  static from({ scheme, path }: { readonly scheme: string; readonly path: string }): Uri {
    return new Uri(scheme, "", path);
  }

  static joinPath(base: Uri, ...parts: readonly string[]): Uri {
    const { pathname } = new URL(parts.join("/"), `x://x${base.path.replace(/\/$/, "")}/`);
    return base.with({ path: decodeURIComponent(pathname) });
  }

  with({ path }: { readonly path: string }): Uri {
    return new Uri(this.scheme, this.authority, path);
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    const authority = this.authority === "" && this.scheme !== "file" ? "" : `//${this.authority}`;
    return `${this.scheme}:${authority}${encodeURI(this.path)}`;
  }
}

class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event = (listener: (value: T) => void): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

interface FakeSession {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly configuration?: Readonly<Record<string, unknown>>;
}

type TrackerFactory = {
  createDebugAdapterTracker: (session: FakeSession) => {
    onDidSendMessage: (message: object) => void;
  };
};

/** Debug sessions as tests play them. */
export class FakeDebug {
  readonly #active = new EventEmitter<FakeSession | undefined>();
  readonly #terminated = new EventEmitter<FakeSession>();
  #factory: TrackerFactory | null = null;

  readonly onDidChangeActiveDebugSession = this.#active.event;
  readonly onDidTerminateDebugSession = this.#terminated.event;

  registerDebugAdapterTrackerFactory(
    _type: string,
    factory: TrackerFactory,
  ): { dispose: () => void } {
    this.#factory = factory;
    return { dispose: () => (this.#factory = null) };
  }

  /** Returns what sends a message from the session's adapter. */
  start(session: FakeSession): (message: object) => void {
    const tracker = this.#factory?.createDebugAdapterTracker(session);
    this.#active.fire(session);
    return (message) => tracker?.onDidSendMessage(message);
  }

  activate(session: FakeSession | undefined): void {
    this.#active.fire(session);
  }

  end(session: FakeSession): void {
    this.#terminated.fire(session);
    this.#active.fire(undefined);
  }
}

class Disposable {
  readonly dispose: () => void;

  constructor(dispose: () => void) {
    this.dispose = dispose;
  }

  static from(...owned: readonly { dispose(): void }[]): Disposable {
    return new Disposable(() => owned.forEach((each) => each.dispose()));
  }
}

class FileSystemError extends Error {
  static FileNotFound(uri: Uri): FileSystemError {
    return new FileSystemError(`not found: ${uri.toString()}`);
  }

  static NoPermissions(uri: Uri): FileSystemError {
    return new FileSystemError(`no permission: ${uri.toString()}`);
  }
}

const FileType = { File: 1, Directory: 2 } as const;

function under(folder: string, uri: string): string | null {
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return uri.startsWith(prefix) ? uri.slice(prefix.length) : null;
}

class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(...[a, b, c, d]: [Position, Position] | [number, number, number, number]) {
    const start = typeof a === "number" ? new Position(a, b as number) : a;
    this.start = start;
    this.end = c === undefined || d === undefined ? (b as Position) : new Position(c, d);
  }
}

const fs = {
  readFile: async (uri: Uri): Promise<Uint8Array> => {
    const text = world.files.get(uri.toString());
    if (text === undefined) throw new Error("file not found");
    return Promise.resolve(new TextEncoder().encode(text));
  },
  readDirectory: async (uri: Uri): Promise<[string, number][]> => {
    const children = new Map<string, number>();
    for (const file of world.files.keys()) {
      const rest = under(uri.toString(), file);
      if (rest === null) continue;
      const [name = "", ...deeper] = rest.split("/");
      children.set(name, deeper.length === 0 ? FileType.File : FileType.Directory);
    }
    return Promise.resolve([...children]);
  },
};

const asDocument = ({ uri, languageId, text }: FakeDocument): object => ({
  uri,
  languageId,
  getText: () => text,
});

/** A document with this text, as providers get it. */
export function textDocument(text: string): vscode.TextDocument {
  const lines = text.split("\n");
  const document = {
    getText: () => text,
    offsetAt: ({ line, character }: Position): number =>
      lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character,
    positionAt: (offset: number): Position => {
      const before = text.slice(0, offset).split("\n");
      return new Position(before.length - 1, before.at(-1)?.length ?? 0);
    },
  };
  return document as unknown as vscode.TextDocument;
}

export const fakeVscode = {
  Uri,
  Disposable,
  EventEmitter,
  FileType,
  FilePermission: { Readonly: 1 },
  FileSystemError,
  debug: new FakeDebug(),
  env: { uriScheme: "vscode" },
  Position,
  Range,
  l10n: {
    t: (text: string, ...values: readonly unknown[]) =>
      text.replace(/\{(\d)\}/g, (_whole, index: string) => String(values[Number(index)])),
  },
  window: {
    get activeTextEditor() {
      return world.active === null ? undefined : { document: asDocument(world.active) };
    },
    showErrorMessage: (message: string) => {
      world.errors.push(message);
      return Promise.resolve(undefined);
    },
    showTextDocument: (uri: Uri, { selection: { start } }: { readonly selection: Range }) => {
      world.shown.push(`${uri.toString()} ${start.line}:${start.character}`);
      return Promise.resolve(undefined);
    },
    showQuickPick: (items: readonly { readonly label: string }[]) => {
      world.offered = items.map(({ label }) => label);
      return Promise.resolve(items.find(({ label }) => label === world.picks));
    },
  },
  workspace: {
    fs,
    get workspaceFolders() {
      return world.folders;
    },
    get textDocuments() {
      return world.documents.map(asDocument);
    },
    findFiles: () =>
      Promise.resolve(
        world.canSearch
          ? [...world.files.keys()]
              .filter((uri) => /\.balloon\.ya?ml$/.test(uri))
              .map((uri) => Uri.parse(uri))
          : [],
      ),
    asRelativePath: (uri: Uri) => uri.path.replace(/^\/ws\//, ""),
    getConfiguration: () => ({ get: () => world.launchJson }),
  },
};
