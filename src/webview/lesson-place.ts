/** A "run to here": a button, and what was found there. */
import type { Facts } from "../lesson/player.ts";
import type { LessonPlace, Move, StepName } from "../lesson/types.ts";
import { element, setText } from "./dom.ts";
import type { LessonTexts } from "./lesson-protocol.ts";
import type { PartContext, Shown } from "./lesson-view.ts";
import { fill, timeText } from "./text.ts";

/** Brings a part up to date. */
export type Live = (shown: Shown) => void;

export interface LivePart {
  readonly node: HTMLElement;
  readonly update: Live;
}

export function placePart(place: LessonPlace, number: number, context: PartContext): LivePart {
  const { texts, post } = context;
  const button = element("button", { type: "button", class: "action run" }, [
    place.label ?? moveText(place.move, texts),
  ]);
  button.addEventListener("click", () => post({ kind: "go", place: number }));
  const mark = element("span", { class: "mark" });
  const trouble = element("p", { class: "trouble", role: "alert", hidden: "" });
  const table = element("table", { hidden: "" });
  const node = element("div", { class: "place" }, [
    element("div", { class: "bar" }, [button, mark]),
    trouble,
    table,
  ]);
  const update = ({ run, progress }: Shown): void => {
    const here = run.place === number && run.state === "stopped";
    const facts = progress.found[place.name];
    button.disabled = run.state === "going";
    node.classList.toggle("here", here);
    setText(mark, here ? texts.here : facts === undefined ? "" : texts.visited);
    const failed = run.trouble?.place === number ? run.trouble.message : "";
    trouble.hidden = failed === "";
    setText(trouble, failed);
    showFacts(table, place.show, facts ?? null, texts);
  };
  return { node, update };
}

function showFacts(
  table: HTMLTableElement,
  expressions: readonly string[],
  facts: Facts | null,
  texts: LessonTexts,
): void {
  table.hidden = facts === null || expressions.length === 0;
  if (facts === null) return;
  const rows = expressions.map((expression) =>
    element("tr", {}, [
      element("th", { scope: "row" }, [element("code", {}, [expression])]),
      element("td", {}, [valueText(expression, facts[expression] ?? null, texts)]),
    ]),
  );
  table.replaceChildren(
    element("thead", {}, [
      element("tr", {}, [
        element("th", { scope: "col" }, [texts.expression]),
        element("th", { scope: "col" }, [texts.value]),
      ]),
    ]),
    element("tbody", {}, rows),
  );
}

/** Long numbers in groups of three; the virtual time in seconds. */
function valueText(expression: string, value: string | null, texts: LessonTexts): string {
  if (value === null) return texts.unknown;
  if (expression === "time" && /^\d+$/.test(value)) return timeText(Number(value));
  return /^\d{4,}$/.test(value) ? value.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : value;
}

function moveText(move: Move, texts: LessonTexts): string {
  switch (move.kind) {
    case "start":
      return move.kernel === null ? texts.start : fill(texts.startKernel, move.kernel);
    case "call":
      if (move.breakpoint) return fill(texts.breakAt, move.name);
      return fill(move.direction === "back" ? texts.backTo : texts.runTo, move.name);
    case "condition":
      return fill(move.direction === "back" ? texts.backUntil : texts.runUntil, move.expression);
    case "time":
      return fill(texts.toTime, timeText(move.time));
    case "step": {
      const step = stepText(move.step, texts);
      return move.times === 1 ? step : fill(texts.times, step, String(move.times));
    }
    case "end":
      return texts.toEnd;
  }
}

function stepText(step: StepName, texts: LessonTexts): string {
  switch (step) {
    case "over":
      return texts.stepOver;
    case "in":
      return texts.stepIn;
    case "out":
      return texts.stepOut;
    case "back":
      return texts.stepBack;
    case "back-in":
      return texts.stepBackIn;
    case "back-out":
      return texts.stepBackOut;
  }
}
