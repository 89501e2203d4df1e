/** Entry of the lesson panel's page: connects the extension's messages and the view. */
import "./lesson.css";
import { LessonView } from "./lesson-view.ts";
import type { FromLesson, LessonTexts, ToLesson } from "./lesson-protocol.ts";

const vscode = acquireVsCodeApi();
const root = document.getElementById("lesson");
if (root === null) throw new Error("the page has no element #lesson");

const post = (message: FromLesson): void => vscode.postMessage(message);
addEventListener("error", ({ message }) => post({ kind: "failed", message }));

const texts = JSON.parse(root.dataset["texts"] ?? "{}") as LessonTexts;
const view = new LessonView(root, texts, post);
addEventListener("message", ({ data }: MessageEvent<ToLesson>) => view.show(data));
post({ kind: "ready" });
