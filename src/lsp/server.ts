/**
 * The language server: answers an editor's questions about scenarios. It speaks the protocol and
 * nothing else; what it answers is found out in the files beside it.
 */
import {
  CodeActionKind,
  ErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type Hover,
  type InitializeParams,
  type InitializeResult,
  type Location,
  type Range,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { codeLenses } from "./code-lens.ts";
import { completions, type CompletionOptions } from "./completion.ts";
import { definitionAt, functionNameAt, referencesAt } from "./definition.ts";
import { diagnosticsOf, quickFixes } from "./diagnostics.ts";
import { ScenarioDocument } from "./document.ts";
import { Quiet } from "./quiet.ts";
import { foldingRanges } from "./folding.ts";
import { formatEdits } from "./format.ts";
import { hoverAt } from "./hover.ts";
import { inlayHints } from "./inlay-hints.ts";
import {
  CHECK,
  type ClientOptions,
  type ModelFunction,
  MODEL_FUNCTIONS,
  type ScenarioTests,
  TESTS,
  type TestsQuestion,
} from "./protocol.ts";
import { describe, inOrder, locationOf } from "./model-functions.ts";
import { prepareRename, rename } from "./rename.ts";
import { semanticTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from "./semantic-tokens.ts";
import { documentSymbols } from "./symbols.ts";
import { testsOf } from "./tests.ts";

export interface ServerHost {
  /** Functions of the simulated kernel. Without it the editor is asked, if it said that it knows. */
  readonly modelFunctions?: (name: string) => readonly ModelFunction[];
}

/** Serves until the connection ends. */
export function serve(connection: Connection, host: ServerHost = {}): void {
  const server = new Server(connection, host);
  server.listen();
}

class Server {
  readonly #connection: Connection;
  readonly #host: ServerHost;
  readonly #open = new TextDocuments(TextDocument);
  readonly #known = new Map<string, ScenarioDocument>();
  readonly #quiet = new Quiet();
  #options: ClientOptions = {};
  #completion: CompletionOptions = { snippets: false, commands: false };

  constructor(connection: Connection, host: ServerHost) {
    this.#connection = connection;
    this.#host = host;
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onShutdown(() => this.#quiet.forgetAll());
    this.#open.onDidChangeContent(({ document: { uri } }) =>
      this.#quiet.soon(uri, () => this.#publish(uri)),
    );
    this.#open.onDidClose(({ document: { uri } }) => this.#close(uri));
    this.#answerQuestions();
    this.#answerChanges();
    this.#open.listen(connection);
    connection.listen();
  }

  #initialize({ capabilities, initializationOptions }: InitializeParams): InitializeResult {
    this.#options = readOptions(initializationOptions);
    this.#completion = {
      snippets: capabilities.textDocument?.completion?.completionItem?.snippetSupport === true,
      commands: this.#options.commands === true,
    };
    return {
      serverInfo: { name: "balloon" },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: [" ", ":", "-", ".", "[", "{", ","] },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        foldingRangeProvider: true,
        documentFormattingProvider: true,
        documentRangeFormattingProvider: true,
        inlayHintProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        ...(this.#options.commands === true ? { codeLensProvider: {} } : {}),
        semanticTokensProvider: {
          legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
          full: true,
          range: true,
        },
      },
    };
  }

  /** Questions about a document as it is. */
  #answerQuestions(): void {
    const connection = this.#connection;
    const at = this.#at.bind(this);
    const of = this.#of.bind(this);
    connection.onCompletion((params) =>
      at(params, [], (document, offset) => completions(document, offset, this.#completion)),
    );
    connection.onHover(async (params) => this.#hover(params));
    connection.onDefinition(async (params) => this.#definition(params));
    connection.onReferences((params) =>
      at(params, [], (document, offset) =>
        referencesAt(document, offset, params.context.includeDeclaration),
      ),
    );
    connection.onDocumentHighlight((params) =>
      at(params, [], (document, offset) =>
        referencesAt(document, offset, true).map(({ range }) => ({ range })),
      ),
    );
    connection.onDocumentSymbol((params) => of(params, [], documentSymbols));
    connection.onFoldingRanges((params) => of(params, [], foldingRanges));
    connection.onCodeLens((params) => of(params, [], codeLenses));
    connection.languages.inlayHint.on((params) =>
      of(params, [], (document) => inlayHints(document, params.range)),
    );
    connection.languages.semanticTokens.on((params) =>
      of(params, { data: [] }, (document) => semanticTokens(document, null)),
    );
    connection.languages.semanticTokens.onRange((params) =>
      of(params, { data: [] }, (document) => semanticTokens(document, params.range)),
    );
    connection.onRequest(CHECK, ({ uri, text }: { uri: string; text: string }) =>
      this.#check(uri, text),
    );
    connection.onRequest(TESTS, (question: TestsQuestion) => this.#tests(question));
  }

  /** Questions whose answer changes the document. */
  #answerChanges(): void {
    const connection = this.#connection;
    const at = this.#at.bind(this);
    const of = this.#of.bind(this);
    connection.onCodeAction((params) =>
      of(params, [], (document) => quickFixes(document, params.range)),
    );
    connection.onDocumentFormatting((params) =>
      of(params, [], (document) => formatEdits(document, null)),
    );
    connection.onDocumentRangeFormatting((params) =>
      of(params, [], (document) => formatEdits(document, params.range)),
    );
    connection.onPrepareRename((params) => at(params, null, prepareRename));
    connection.onRenameRequest((params) =>
      at(params, null, (document, offset) => {
        const result = rename(document, offset, params.newName);
        if (result.ok) return { changes: { [document.uri]: result.edits } };
        return new ResponseError<void>(ErrorCodes.InvalidParams, result.why);
      }),
    );
  }

  async #hover(params: Where): Promise<Hover | null> {
    const document = this.#document(params.textDocument.uri);
    if (document === null) return null;
    const offset = document.offsetAt(params.position);
    const found = hoverAt(document, offset);
    if (found !== null) return markdown(found.markdown, document.range(found.span));
    const word = functionNameAt(document, offset);
    if (word === null) return null;
    const text = describe(await this.#modelFunctions(document, word.name));
    return text === null ? null : markdown(text, document.range(word.span));
  }

  async #definition(params: Where): Promise<Location[] | null> {
    const document = this.#document(params.textDocument.uri);
    if (document === null) return null;
    const offset = document.offsetAt(params.position);
    const found = definitionAt(document, offset);
    if (found !== null) return [found];
    const word = functionNameAt(document, offset);
    if (word === null || this.#options.modelSources !== true) return null;
    return (await this.#modelFunctions(document, word.name)).map(locationOf);
  }

  async #modelFunctions(document: ScenarioDocument, name: string): Promise<ModelFunction[]> {
    if (this.#host.modelFunctions !== undefined)
      return inOrder(this.#host.modelFunctions(name), document);
    if (this.#options.modelSources !== true) return [];
    const known = await this.#connection.sendRequest<ModelFunction[]>(MODEL_FUNCTIONS, { name });
    return inOrder(known, document);
  }

  /** Checks a text that need not be open, and shows what is wrong with it. */
  #check(uri: string, text: string): object {
    const diagnostics = diagnosticsOf(this.#documentOf(uri, text));
    void this.#connection.sendDiagnostics({ uri, diagnostics });
    return diagnostics;
  }

  #tests({ uri, text, ...fixed }: TestsQuestion): ScenarioTests {
    return testsOf(this.#documentOf(uri, text), fixed);
  }

  #documentOf(uri: string, text: string): ScenarioDocument {
    const open = this.#document(uri);
    return open?.text === text
      ? open
      : new ScenarioDocument(TextDocument.create(uri, "balloon-scenario", 0, text));
  }

  #publish(uri: string): void {
    const document = this.#document(uri);
    if (document === null) return;
    const { version } = document;
    void this.#connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(document) });
  }

  #close(uri: string): void {
    this.#quiet.forget(uri);
    this.#known.delete(uri);
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  #of<T>(
    { textDocument: { uri } }: OfDocument,
    none: T,
    answer: (document: ScenarioDocument) => T,
  ): T {
    const document = this.#document(uri);
    return document === null ? none : answer(document);
  }

  #at<T>(
    { textDocument: { uri }, position }: Where,
    none: T,
    answer: (document: ScenarioDocument, offset: number) => T,
  ): T {
    const document = this.#document(uri);
    return document === null ? none : answer(document, document.offsetAt(position));
  }

  /** The newest version of an open document. What was found out about it is kept until it changes. */
  #document(uri: string): ScenarioDocument | null {
    const open = this.#open.get(uri);
    if (open === undefined) return null;
    const known = this.#known.get(uri);
    if (known?.version === open.version) return known;
    const fresh = new ScenarioDocument(open);
    this.#known.set(uri, fresh);
    return fresh;
  }
}

interface OfDocument {
  readonly textDocument: { readonly uri: string };
}

interface Where extends OfDocument {
  readonly position: { readonly line: number; readonly character: number };
}

function markdown(value: string, range: Range): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

function readOptions(given: unknown): ClientOptions {
  const options: Record<string, unknown> =
    typeof given === "object" && given !== null ? { ...given } : {};
  return {
    commands: options["commands"] === true,
    modelSources: options["modelSources"] === true,
  };
}
