import * as vscode from "vscode";
import { MODEL_SCHEME } from "./model-sources.ts";
import { expressionAt, localsUpTo } from "./model-words.ts";
import { conditionsIn, nameAt } from "./scenario-conditions.ts";
import { LANGUAGE } from "./scenario-files.ts";

/** Values beside the source while stopped, and of what the mouse is on. */
export function registerValues(): vscode.Disposable {
  const { languages } = vscode;
  const model: vscode.DocumentSelector = { scheme: MODEL_SCHEME };
  const scenario: vscode.DocumentSelector = { language: LANGUAGE };
  return vscode.Disposable.from(
    languages.registerInlineValuesProvider(model, { provideInlineValues: localsOf }),
    languages.registerInlineValuesProvider(scenario, { provideInlineValues: conditionsOf }),
    languages.registerEvaluatableExpressionProvider(model, {
      provideEvaluatableExpression: memberAt,
    }),
    languages.registerEvaluatableExpressionProvider(scenario, {
      provideEvaluatableExpression: conditionNameAt,
    }),
  );
}

/** Parameters and locals in the lines of the function that have been passed. */
export function localsOf(
  document: vscode.TextDocument,
  view: vscode.Range,
  { stoppedLocation }: vscode.InlineValueContext,
): vscode.InlineValue[] {
  const { end } = stoppedLocation;
  const shown = new Set<string>();
  return localsUpTo(document.getText(), document.offsetAt(end)).flatMap((word) => {
    const range = new vscode.Range(document.positionAt(word.start), document.positionAt(word.end));
    const { line } = range.start;
    const key = `${line} ${word.text}`;
    if (line < view.start.line || line > view.end.line || shown.has(key)) return [];
    shown.add(key);
    return [new vscode.InlineValueVariableLookup(range, word.text, true)];
  });
}

/** Whether each condition holds now, those to come included. */
export function conditionsOf(
  document: vscode.TextDocument,
  view: vscode.Range,
): vscode.InlineValue[] {
  return conditionsIn(document.getText())
    .filter(({ line }) => line >= view.start.line && line <= view.end.line)
    .map(({ line, column, text }) => {
      const range = new vscode.Range(line, column, line, column + text.length);
      return new vscode.InlineValueEvaluatableExpression(range, text);
    });
}

export function memberAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.EvaluatableExpression | undefined {
  const found = expressionAt(document.getText(), document.offsetAt(position));
  if (found === null) return undefined;
  const range = new vscode.Range(document.positionAt(found.start), document.positionAt(found.end));
  return new vscode.EvaluatableExpression(range, found.expression);
}

/** Elsewhere in a scenario nothing can be evaluated, and the language's own hover is shown. */
export function conditionNameAt(
  document: vscode.TextDocument,
  { line, character }: vscode.Position,
): vscode.EvaluatableExpression | undefined {
  const found = nameAt(conditionsIn(document.getText()), line, character);
  if (found === null) return undefined;
  const { column, text } = found;
  const range = new vscode.Range(line, column, line, column + text.length);
  return new vscode.EvaluatableExpression(range, text);
}
