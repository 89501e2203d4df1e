/** The end of a lesson: every question with the reader's answer and the run's. */
import { judge } from "../lesson/answers.ts";
import type { Question } from "../lesson/types.ts";
import { element } from "./dom.ts";
import type { LivePart } from "./lesson-place.ts";
import { factsOf, givenText } from "./lesson-question.ts";
import type { PartContext, Shown } from "./lesson-view.ts";
import { renderInline } from "./markdown.ts";
import { fill } from "./text.ts";

export function summaryPart({ lesson, texts, post }: PartContext): LivePart {
  const score = element("p");
  const body = element("tbody");
  const forget = element("button", { type: "button", class: "action" }, [texts.forget]);
  forget.addEventListener("click", () => post({ kind: "forget" }));
  const columns = [texts.question, texts.yourAnswer, texts.theRun];
  const node = element("section", { class: "summary" }, [
    element("h2", {}, [texts.summary]),
    score,
    element("table", {}, [
      element("thead", {}, [
        element(
          "tr",
          {},
          columns.map((text) => element("th", { scope: "col" }, [text])),
        ),
      ]),
      body,
    ]),
    forget,
  ]);
  const update = (shown: Shown): void => {
    const rows = lesson.questions.map((question) => row(question, shown));
    const right = rows.filter(({ kind }) => kind === "right").length;
    score.textContent = fill(texts.score, String(right), String(rows.length));
    body.replaceChildren(...rows.map((each) => each.node));
  };
  const row = (question: Question, shown: Shown): { kind: string; node: HTMLElement } => {
    const given = shown.progress.answers[question.name];
    const verdict = given === undefined ? null : judge(question, given, factsOf(question, shown));
    const kind = verdict?.kind ?? "open";
    const run = verdict === null || verdict.kind === "open" ? texts.notSeen : verdict.answer;
    const asked = element("td");
    asked.innerHTML = renderInline(question.text);
    const cells = [given === undefined ? texts.noAnswer : givenText(question, given), run].map(
      (text) => {
        const cell = element("td");
        cell.innerHTML = renderInline(text);
        return cell;
      },
    );
    return { kind, node: element("tr", { "data-verdict": kind }, [asked, ...cells]) };
  };
  return { node, update };
}
