import type { Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import {
  parseScenario,
  type Kernel,
  type ParseResult,
  type Range as ScenarioRange,
} from "../scenario/index.ts";
import { nameOfKernel } from "./kernel-of.ts";
import { outlineOf } from "./outline.ts";
import { samePath, type Entry, type Outline, type Path, type Span } from "./outline-entry.ts";
import { tokensOf, type Token } from "./tokens.ts";

/** One version of an open scenario with what has been found out about it, each thing once. */
export class ScenarioDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly #document: TextDocument;
  #outline: Outline | null = null;
  #tokens: readonly Token[] | null = null;
  #result: ParseResult | null = null;
  #lineStarts: readonly number[] | null = null;

  constructor(document: TextDocument) {
    this.#document = document;
    this.uri = document.uri;
    this.version = document.version;
    this.text = document.getText();
  }

  get outline(): Outline {
    this.#outline ??= outlineOf(this.text);
    return this.#outline;
  }

  /** All words that mean something, in the order of the text. */
  get tokens(): readonly Token[] {
    this.#tokens ??= tokensOf(this.outline);
    return this.#tokens;
  }

  get result(): ParseResult {
    this.#result ??= parseScenario(this.text, this.uri);
    return this.#result;
  }

  /** What the guest runs, as far as that can be read. */
  get kernel(): Kernel {
    return nameOfKernel(this.outline);
  }

  entry(path: Path): Entry | undefined {
    return this.outline.entries.find((entry) => samePath(entry.path, path));
  }

  /** The word at `offset`, also right behind its end. */
  tokenAt(offset: number): Token | null {
    const touching = this.tokens.filter(({ span }) => span.start <= offset && offset <= span.end);
    return touching.find(({ span }) => offset < span.end) ?? touching[0] ?? null;
  }

  offsetAt(position: { readonly line: number; readonly character: number }): number {
    return this.#document.offsetAt(position);
  }

  range({ start, end }: Span): Range {
    return { start: this.#document.positionAt(start), end: this.#document.positionAt(end) };
  }

  line(offset: number): number {
    return this.#document.positionAt(offset).line;
  }

  /**
   * The scenario's parser ends a line at `\n` only, editors also at a lone `\r`, so its lines and
   * columns go by way of offsets.
   */
  fromScenario(range: ScenarioRange): Range {
    this.#lineStarts ??= lineStarts(this.text);
    const offset = (line: number, column: number): number =>
      Math.min((this.#lineStarts?.[line] ?? this.text.length) + column, this.text.length);
    return this.range({
      start: offset(range.line, range.column),
      end: offset(range.endLine, range.endColumn),
    });
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
