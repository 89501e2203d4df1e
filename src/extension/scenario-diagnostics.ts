import * as vscode from "vscode";
import { parseScenario, type Diagnostic } from "../scenario/index.ts";
import { LANGUAGE } from "./scenario-files.ts";

/** Waiting this long after a key was pressed keeps typing smooth. */
const QUIET_MS = 200;

/** Underlines what is wrong in open scenarios, and offers the correction where one is known. */
export class ScenarioDiagnostics implements vscode.Disposable, vscode.CodeActionProvider {
  readonly #collection = vscode.languages.createDiagnosticCollection("balloon");
  readonly #found = new Map<string, readonly Diagnostic[]>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #owned: vscode.Disposable[];

  constructor() {
    const { workspace, languages, CodeActionKind } = vscode;
    const providedCodeActionKinds = [CodeActionKind.QuickFix];
    this.#owned = [
      this.#collection,
      workspace.onDidOpenTextDocument((document) => this.#soon(document)),
      workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
      workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)),
      languages.registerCodeActionsProvider(LANGUAGE, this, { providedCodeActionKinds }),
    ];
    for (const document of workspace.textDocuments) this.#soon(document);
  }

  /** Shows what is wrong in `text` at `uri`, and returns the errors: with any, it cannot run. */
  check(uri: vscode.Uri, text: string): readonly Diagnostic[] {
    const { diagnostics } = parseScenario(text, uri.path);
    this.#found.set(uri.toString(), diagnostics);
    this.#collection.set(uri, diagnostics.map(toVsCode));
    return diagnostics.filter(({ severity }) => severity === "error");
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const found = this.#found.get(document.uri.toString()) ?? [];
    return found.flatMap((diagnostic) => {
      const { suggestion } = diagnostic;
      const place = toRange(diagnostic);
      if (suggestion === null || place.intersection(range) === undefined) return [];
      const title = vscode.l10n.t("Change to {0}", suggestion);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, place, suggestion);
      action.diagnostics = [toVsCode(diagnostic)];
      action.isPreferred = true;
      return [action];
    });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const each of this.#owned) each.dispose();
  }

  #soon(document: vscode.TextDocument): void {
    if (document.languageId !== LANGUAGE) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    const check = (): void => {
      this.#timers.delete(key);
      if (!document.isClosed) this.check(document.uri, document.getText());
    };
    this.#timers.set(key, setTimeout(check, QUIET_MS));
  }

  #forget(uri: vscode.Uri): void {
    this.#found.delete(uri.toString());
    this.#collection.delete(uri);
  }
}

function toVsCode(diagnostic: Diagnostic): vscode.Diagnostic {
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const severity = diagnostic.severity === "error" ? Error : Warning;
  const shown = new vscode.Diagnostic(toRange(diagnostic), diagnostic.message, severity);
  shown.source = "balloon";
  shown.code = diagnostic.code;
  return shown;
}

/** VS Code counts lines and columns from zero, as we do. */
function toRange({ range }: Diagnostic): vscode.Range {
  return new vscode.Range(range.line, range.column, range.endLine, range.endColumn);
}
