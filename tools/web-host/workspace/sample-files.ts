import * as vscode from "vscode";

const TOP = "/scenarios";

/** A file, or a folder where `content` is null. */
interface Entry {
  readonly content: Uint8Array | null;
  readonly time: number;
}

/** The file system. Paths begin with `/scenarios`; the server knows what is below that. */
export class SampleFiles implements vscode.FileSystemProvider {
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changes.event;
  readonly #entries = new Map<string, Entry>([
    ["/", entryOf(null)],
    [TOP, entryOf(null)],
  ]);
  readonly #server: URL;
  readonly #loaded: Promise<void>;

  constructor(server: URL) {
    this.#server = server;
    this.#loaded = this.#load();
  }

  /** Files without folders. */
  async all(): Promise<{ uri: vscode.Uri; content: Uint8Array }[]> {
    await this.#loaded;
    return [...this.#entries].flatMap(([path, { content }]) =>
      content ? [{ uri: vscode.Uri.from({ scheme: "sample", path }), content }] : [],
    );
  }

  watch(): vscode.Disposable {
    // Nothing changes behind our back.
    return new vscode.Disposable(() => {});
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { content, time } = await this.#get(uri);
    return { type: typeOf(content), ctime: time, mtime: time, size: content?.byteLength ?? 0 };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const { content } = await this.#get(uri);
    if (content) throw vscode.FileSystemError.FileNotADirectory(uri);
    const prefix = uri.path === "/" ? "/" : `${uri.path}/`;
    return [...this.#entries]
      .map(([path, entry]) => ({ path, entry, name: path.slice(prefix.length) }))
      .filter(({ path, name }) => path.startsWith(prefix) && name !== "" && !name.includes("/"))
      .map(({ name, entry }) => [name, typeOf(entry.content)]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { content } = await this.#get(uri);
    if (!content) throw vscode.FileSystemError.FileIsADirectory(uri);
    return content;
  }

  async writeFile(
    uri: vscode.Uri,
    content: Uint8Array,
    options: { create: boolean; overwrite: boolean },
  ): Promise<void> {
    await this.#loaded;
    const before = this.#entries.get(uri.path);
    if (before && !before.content) throw vscode.FileSystemError.FileIsADirectory(uri);
    if (before && !options.overwrite) throw vscode.FileSystemError.FileExists(uri);
    if (!before && !options.create) throw vscode.FileSystemError.FileNotFound(uri);
    await this.#save("PUT", uri.path, content);
    this.#entries.set(uri.path, entryOf(content));
    this.#changed(before ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created, uri);
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    await this.#loaded;
    if (this.#entries.has(uri.path)) throw vscode.FileSystemError.FileExists(uri);
    this.#entries.set(uri.path, entryOf(null));
    this.#changed(vscode.FileChangeType.Created, uri);
  }

  async delete(uri: vscode.Uri): Promise<void> {
    await this.#get(uri);
    for (const [path, { content }] of this.#below(uri.path)) {
      if (content) await this.#save("DELETE", path, null);
      this.#entries.delete(path);
    }
    this.#changed(vscode.FileChangeType.Deleted, uri);
  }

  async rename(from: vscode.Uri, to: vscode.Uri, options: { overwrite: boolean }): Promise<void> {
    await this.#get(from);
    if (this.#entries.has(to.path)) {
      if (!options.overwrite) throw vscode.FileSystemError.FileExists(to);
      await this.delete(to);
    }
    for (const [path, { content }] of this.#below(from.path)) {
      const target = to.path + path.slice(from.path.length);
      if (content) {
        await this.#save("PUT", target, content);
        await this.#save("DELETE", path, null);
      }
      this.#entries.delete(path);
      this.#entries.set(target, entryOf(content));
    }
    this.#changed(vscode.FileChangeType.Deleted, from);
    this.#changed(vscode.FileChangeType.Created, to);
  }

  async #load(): Promise<void> {
    const answer = await fetch(this.#server);
    const all = (await answer.json()) as Record<string, string>;
    for (const [name, base64] of Object.entries(all)) {
      const path = `${TOP}/${name}`;
      for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
        this.#entries.set(path.slice(0, at), entryOf(null));
      }
      this.#entries.set(path, entryOf(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))));
    }
  }

  async #save(method: "PUT" | "DELETE", path: string, body: Uint8Array | null): Promise<void> {
    const name = path.slice(TOP.length + 1);
    const answer = await fetch(`${this.#server.href}/${encodeURI(name)}`, {
      method,
      body: body && new Uint8Array(body),
    });
    if (!answer.ok) throw vscode.FileSystemError.Unavailable(path);
  }

  async #get(uri: vscode.Uri): Promise<Entry> {
    await this.#loaded;
    const found = this.#entries.get(uri.path);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return found;
  }

  /** The entry itself and, for a folder, all it holds. */
  #below(path: string): [string, Entry][] {
    return [...this.#entries].filter(([key]) => key === path || key.startsWith(`${path}/`));
  }

  #changed(type: vscode.FileChangeType, uri: vscode.Uri): void {
    this.#changes.fire([{ type, uri }]);
  }
}

function entryOf(content: Uint8Array | null): Entry {
  return { content, time: Date.now() };
}

function typeOf(content: Uint8Array | null): vscode.FileType {
  return content ? vscode.FileType.File : vscode.FileType.Directory;
}
