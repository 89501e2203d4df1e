import type { DebugProtocol } from "@vscode/debugprotocol";
import { sha256 } from "../base/sha256.ts";
import type { Place, SessionApi } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { errors } from "./errors.ts";
import type { AdapterHost } from "./host.ts";
import { linuxFiles } from "./linux-files.ts";

type File = Place["file"];

/** Prefix under which an editor of ours shows model sources: `balloon-model:/mm/vmscan.ts`. */
const modelScheme = "balloon-model:";

export interface SourcesOptions {
  readonly session: SessionApi;
  readonly host: AdapterHost;
  /** Path of the scenario as the client gave it, and its text. */
  readonly program: string;
  readonly text: string;
  readonly pathsAreUris: boolean;
  /** A checkout of Linux, if the client has one. */
  readonly linuxTree: string | undefined;
}

/** Translates between the files of a session and the sources of a client. */
export class Sources {
  private readonly session: SessionApi;
  private readonly host: AdapterHost;
  private readonly scenarioPath: string;
  private readonly scenarioText: string;
  private readonly pathsAreUris: boolean;
  private readonly models: readonly string[];
  private readonly linuxTree: string | undefined;
  private readonly linuxFiles: ReadonlyMap<string, readonly string[]>;
  private readonly described = new Map<string, DebugProtocol.Source>();

  constructor({ session, host, program, text, pathsAreUris, linuxTree }: SourcesOptions) {
    this.session = session;
    this.host = host;
    this.scenarioPath = program;
    this.scenarioText = text;
    this.pathsAreUris = pathsAreUris;
    this.models = session.sources();
    this.linuxTree = linuxTree;
    this.linuxFiles = linuxFiles(session);
  }

  all(): DebugProtocol.Source[] {
    const models = this.models.map((path) => this.toClient({ kind: "model", path }));
    return [...models, this.toClient({ kind: "scenario", path: this.scenarioPath })];
  }

  toClient(file: File): DebugProtocol.Source {
    const key = `${file.kind}:${file.path}`;
    const known = this.described.get(key);
    if (known !== undefined) return known;
    const plain = file.kind === "scenario" ? this.scenarioSource() : this.modelSource(file.path);
    const checksum = sha256(this.textOf(file) ?? "");
    const source = { ...plain, checksums: [{ algorithm: "SHA256" as const, checksum }] };
    this.described.set(key, source);
    return source;
  }

  /** The file that a client means, by reference or by path; null when it is none of ours. */
  fromClient(source: Arguments): File | null {
    const reference = source.optionalInteger("sourceReference");
    if (reference !== undefined && reference > 0) {
      const path = this.models[reference - 1];
      return path === undefined ? null : { kind: "model", path };
    }
    const path = source.optionalString("path");
    if (path === undefined) return null;
    if (plainPath(path) === plainPath(this.scenarioPath))
      return { kind: "scenario", path: this.scenarioPath };
    const model = this.models.find((each) => this.isModelPath(each, path));
    return model === undefined ? null : { kind: "model", path: model };
  }

  /** Text for the `source` request, of the scenario as it was launched. */
  text(file: File, name: string): string {
    const text = this.textOf(file);
    if (text === null) throw errors.unknownSource(name);
    return text;
  }

  /** Whether the client has another text of this file than the one that runs, as far as it tells. */
  differs(file: File, source: Arguments): boolean {
    const theirs = source
      .objects("checksums")
      .find((each) => each.optionalString("algorithm") === "SHA256")
      ?.optionalString("checksum");
    if (theirs === undefined) return false;
    const [ours] = this.toClient(file).checksums ?? [];
    return theirs.toLowerCase() !== ours?.checksum;
  }

  private textOf(file: File): string | null {
    return file.kind === "model" ? this.session.sourceText(file.path) : this.scenarioText;
  }

  private isModelPath(model: string, path: string): boolean {
    if (path.startsWith(modelScheme))
      return path.slice(modelScheme.length).replace(/^\/+/, "") === model;
    const plain = plainPath(path);
    const shown = this.toClient({ kind: "model", path: model }).path;
    return (
      plain.endsWith(`/src/model/${model}`) || (shown !== undefined && plain === plainPath(shown))
    );
  }

  private scenarioSource(): DebugProtocol.Source {
    return {
      name: baseName(this.scenarioPath),
      path: this.pathForClient(this.scenarioPath),
      sourceReference: 0,
    };
  }

  private modelSource(model: string): DebugProtocol.Source {
    const { path } = this.host.modelSource(model, this.session.sourceText(model) ?? "");
    const related = (this.linuxFiles.get(model) ?? []).map((file) => this.linuxSource(file));
    const common = {
      name: baseName(model),
      origin: "model of the guest",
      ...(related.length === 0 ? {} : { sources: related }),
    };
    if (path !== undefined)
      return { ...common, path: this.pathForClient(path), sourceReference: 0 };
    return { ...common, path: model, sourceReference: this.models.indexOf(model) + 1 };
  }

  /** What the model stands for: a name below the root of any checkout, a path in the user's own. */
  private linuxSource(file: string): DebugProtocol.Source {
    const root = this.linuxTree?.replace(/[\\/]+$/, "");
    return {
      name: file,
      origin: "Linux",
      ...(root === undefined ? {} : { path: this.pathForClient(`${root}/${file}`) }),
    };
  }

  private pathForClient(path: string): string {
    if (!this.pathsAreUris || hasScheme(path)) return path;
    const rooted = path.startsWith("/") ? path : `/${path.replaceAll("\\", "/")}`;
    return `file://${encodeURI(rooted).replaceAll("?", "%3F").replaceAll("#", "%23")}`;
  }
}

export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** A drive letter (`C:`) is no scheme. */
function hasScheme(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(path);
}

/** One spelling for `file:///a%20b` and `/a b`, for `C:\\a` and `c:/a`, and for URIs escaped or not. */
function plainPath(path: string): string {
  const local = hasScheme(path) ? decode(path.replace(/^file:\/\//, "")) : path;
  return local
    .replaceAll("\\", "/")
    .replace(/^\/(?=[a-z]:)/i, "")
    .replace(/^[a-z]:/i, (drive) => drive.toLowerCase());
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
