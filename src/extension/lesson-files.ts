import * as vscode from "vscode";
import { parseLesson } from "../lesson/parse.ts";
import type { LessonResult } from "../lesson/types.ts";
import { BUNDLED_LESSONS } from "./lesson-names.ts";

const SUFFIX = ".lesson.md";

export function lessonName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}

/** The scenario that a lesson is about, by its path from the lesson. */
export function scenarioOf(lesson: vscode.Uri, path: string): vscode.Uri {
  return vscode.Uri.joinPath(lesson, "..", path);
}

/** The text as the user sees it: an open document with its unsaved edits, else the file. */
export async function readLessonFile(uri: vscode.Uri): Promise<LessonResult> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  if (open !== undefined) return parseLesson(open.getText());
  return parseLesson(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
}

/** Asks which one: those of the extension, then those of the workspace. */
export async function pickLesson(extensionUri: vscode.Uri): Promise<vscode.Uri | null> {
  const bundled = BUNDLED_LESSONS.map((name) => vscode.Uri.joinPath(extensionUri, "lessons", name));
  const found = await vscode.workspace.findFiles(`**/*${SUFFIX}`, "**/node_modules/**", 200);
  const own = found.sort((a, b) => (a.path < b.path ? -1 : 1));
  const items = await Promise.all([
    ...bundled.map((uri) => item(uri, vscode.l10n.t("comes with the debugger"))),
    ...own.map((uri) => item(uri, vscode.workspace.asRelativePath(uri))),
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Lesson to open"),
    matchOnDescription: true,
  });
  return picked?.uri ?? null;
}

interface LessonItem extends vscode.QuickPickItem {
  readonly uri: vscode.Uri;
}

async function item(uri: vscode.Uri, description: string): Promise<LessonItem> {
  const result = await readLessonFile(uri).catch(() => null);
  const label = result?.ok === true ? result.lesson.title : lessonName(uri);
  return { label, description, uri };
}
