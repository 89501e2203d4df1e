/** A question: predict first, then let the run answer. */
import { judge, type Verdict } from "../lesson/answers.ts";
import type { Answer, Lesson, Question } from "../lesson/types.ts";
import { element } from "./dom.ts";
import type { LivePart } from "./lesson-place.ts";
import type { LessonTexts } from "./lesson-protocol.ts";
import type { PartContext, Shown } from "./lesson-view.ts";
import { renderInline } from "./markdown.ts";
import { fill } from "./text.ts";

export function questionPart(question: Question, context: PartContext): LivePart {
  const { lesson, texts, post } = context;
  const { name, answer } = question;
  const legend = element("legend", {}, [inline(question.text)]);
  const inputs = answer.kind === "choice" ? choices(name, answer) : numberInput(answer, texts);
  const button = element("button", { type: "submit", class: "action" }, [texts.answer]);
  const outcome = element("div", { class: "outcome", role: "status" });
  const form = element("form", {}, [
    element("fieldset", {}, [legend, ...inputs.nodes, button]),
    outcome,
  ]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = inputs.given();
    if (given !== null) post({ kind: "answer", question: name, given });
  });
  let last = "";
  const update = (shown: Shown): void => {
    const given = shown.progress.answers[name] ?? null;
    inputs.show(given);
    button.hidden = given !== null;
    const facts = factsOf(question, shown);
    // Built only when it says something new: screen readers would read it again.
    const key = JSON.stringify([given, facts]);
    if (key === last) return;
    last = key;
    const verdict = given === null ? null : judge(question, given, facts);
    form.dataset["verdict"] = verdict?.kind ?? "";
    outcome.replaceChildren(
      ...(verdict === null ? [] : outcomeNodes(question, verdict, lesson, texts)),
    );
  };
  return { node: form, update };
}

/** What the run said about a question, once it was there. */
export function factsOf(
  question: Question,
  { lesson, progress }: Shown,
): Readonly<Record<string, string | null>> | null {
  const place = lesson.places[question.place];
  return place === undefined ? null : (progress.found[place.name] ?? null);
}

/** The reader's answer as text. */
export function givenText({ answer }: Question, given: string): string {
  if (answer.kind === "choice") return answer.choices[Number(given)] ?? given;
  return answer.unit === null ? given : `${given} ${answer.unit}`;
}

function outcomeNodes(
  question: Question,
  verdict: Verdict,
  lesson: Lesson,
  texts: LessonTexts,
): HTMLElement[] {
  if (verdict.kind === "open") {
    const place = lesson.places[question.place];
    return [paragraph(fill(texts.predicted, place?.label ?? place?.name ?? ""))];
  }
  const text = {
    right: texts.right,
    wrong: texts.wrong,
    disagrees: texts.disagrees,
  }[verdict.kind];
  const said = element("p", { class: "verdict" }, [inline(fill(text, verdict.answer))]);
  return question.because === null ? [said] : [said, element("p", {}, [inline(question.because)])];
}

interface Inputs {
  readonly nodes: readonly HTMLElement[];
  /** Null: nothing was given. */
  readonly given: () => string | null;
  /** The answer that was given; null: none, and the inputs are open. */
  readonly show: (given: string | null) => void;
}

function choices(name: string, answer: Extract<Answer, { readonly kind: "choice" }>): Inputs {
  const radios = answer.choices.map((_text, index) =>
    element("input", { type: "radio", name, value: String(index), required: "" }),
  );
  const nodes = radios.map((radio, index) =>
    element("label", {}, [radio, inline(answer.choices[index] ?? "")]),
  );
  return {
    nodes,
    given: () => radios.find((radio) => radio.checked)?.value ?? null,
    show: (given) => {
      for (const radio of radios) {
        radio.disabled = given !== null;
        if (given !== null) radio.checked = radio.value === given;
      }
    },
  };
}

function numberInput(
  answer: Extract<Answer, { readonly kind: "number" }>,
  texts: LessonTexts,
): Inputs {
  const input = element("input", {
    type: "text",
    inputmode: "numeric",
    required: "",
    pattern: "[+\\-]?[\\d,]+",
    size: "12",
    autocomplete: "off",
  });
  const label = element("label", {}, [texts.yourAnswer, input, answer.unit ?? ""]);
  return {
    nodes: [label],
    given: () => (input.value.trim() === "" ? null : input.value.trim()),
    show: (given) => {
      input.disabled = given !== null;
      if (given !== null) input.value = given;
    },
  };
}

function inline(text: string): HTMLElement {
  const span = element("span");
  span.innerHTML = renderInline(text);
  return span;
}

function paragraph(text: string): HTMLElement {
  return element("p", {}, [inline(text)]);
}
