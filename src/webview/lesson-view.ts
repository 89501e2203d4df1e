/** The lesson panel: one page of a lesson at a time, the run's state above it. */
import type { Lesson, LessonPlace, Page, Part } from "../lesson/types.ts";
import { element, setText } from "./dom.ts";
import { placePart, type Live } from "./lesson-place.ts";
import { questionPart } from "./lesson-question.ts";
import { summaryPart } from "./lesson-summary.ts";
import type { FromLesson, LessonTexts, ToLesson } from "./lesson-protocol.ts";
import { renderMarkdown } from "./markdown.ts";
import { fill, timeText } from "./text.ts";

export type Shown = Extract<ToLesson, { readonly kind: "lesson" }>;
type Problems = Extract<ToLesson, { readonly kind: "problems" }>;

/** What the parts of a page need. */
export interface PartContext {
  readonly lesson: Lesson;
  readonly texts: LessonTexts;
  readonly post: (message: FromLesson) => void;
}

export class LessonView {
  readonly #root: HTMLElement;
  readonly #texts: LessonTexts;
  readonly #post: (message: FromLesson) => void;
  #built = { version: -1, page: -1 };
  #places: readonly LessonPlace[] = [];
  #live: Live[] = [];

  constructor(root: HTMLElement, texts: LessonTexts, post: (message: FromLesson) => void) {
    this.#root = root;
    this.#texts = texts;
    this.#post = post;
    root.addEventListener("click", (event) => this.#clicked(event));
  }

  show(message: ToLesson): void {
    if (message.kind === "lesson") return this.#showLesson(message);
    this.#built = { version: -1, page: -1 };
    this.#live = [];
    const children =
      message.kind === "nothing" ? [this.#note(this.#texts.nothing)] : this.#problems(message);
    this.#root.replaceChildren(...children);
  }

  /** What the reader typed stays while the run moves: a page is built once, then kept up to date. */
  #showLesson(shown: Shown): void {
    const { version, progress } = shown;
    if (version !== this.#built.version || progress.page !== this.#built.page) {
      const turned = version === this.#built.version;
      this.#build(shown);
      this.#built = { version, page: progress.page };
      if (turned) this.#root.querySelector("h1")?.focus();
      this.#root.scrollTop = 0;
    }
    for (const update of this.#live) update(shown);
  }

  #build({ lesson, progress }: Shown): void {
    const { pages } = lesson;
    const page = pages[progress.page] ?? pages[0];
    this.#live = [];
    this.#places = lesson.places;
    if (page === undefined) return;
    const isLast = progress.page === pages.length - 1;
    const context: PartContext = { lesson, texts: this.#texts, post: this.#post };
    const article = element("article", {}, [
      element("h1", { tabindex: "-1" }, [page.title]),
      ...page.parts.map((part) => this.#part(part, context)),
    ]);
    if (isLast) article.append(this.#alive(summaryPart(context)));
    this.#root.replaceChildren(
      this.#head(lesson, page, progress.page),
      article,
      this.#foot(progress.page, pages.length),
    );
  }

  #part(part: Part, context: PartContext): HTMLElement {
    const { lesson } = context;
    switch (part.kind) {
      case "text": {
        const text = element("div", { class: "text" });
        text.innerHTML = renderMarkdown(part.markdown);
        return text;
      }
      case "place":
        return this.#alive(
          placePart(lesson.places[part.place] as LessonPlace, part.place, context),
        );
      case "question": {
        const question = lesson.questions[part.question];
        return question === undefined
          ? element("div")
          : this.#alive(questionPart(question, context));
      }
    }
  }

  #alive({ node, update }: { readonly node: HTMLElement; readonly update: Live }): HTMLElement {
    this.#live.push(update);
    return node;
  }

  #head({ title, minutes, pages }: Lesson, page: Page, number: number): HTMLElement {
    const texts = this.#texts;
    const about = [fill(texts.page, String(number + 1), String(pages.length))];
    if (minutes !== null) about.push(fill(texts.minutes, String(minutes)));
    const state = element("span", { class: "state", role: "status" });
    this.#live.push((shown) => {
      state.dataset["state"] = shown.run.state;
      setText(state, this.#stateText(shown));
    });
    const scenario = element("button", { class: "link", type: "button" }, [texts.scenario]);
    scenario.addEventListener("click", () => this.#post({ kind: "scenario" }));
    const picker = this.#picker(pages, page);
    return element("header", {}, [
      element("div", { class: "bar" }, [
        element("strong", {}, [title]),
        element("span", { class: "about" }, [about.join(" · ")]),
        picker,
      ]),
      element("div", { class: "bar" }, [state, scenario]),
    ]);
  }

  #picker(pages: readonly Page[], current: Page): HTMLElement {
    const select = element(
      "select",
      { "aria-label": this.#texts.pages },
      pages.map(({ title }, index) =>
        element("option", { value: String(index) }, [`${index + 1}. ${title}`]),
      ),
    );
    select.value = String(pages.indexOf(current));
    select.addEventListener("change", () =>
      this.#post({ kind: "page", page: Number(select.value) }),
    );
    return select;
  }

  #stateText({ run, lesson }: Shown): string {
    const texts = this.#texts;
    const name = run.place === null ? "" : (lesson.places[run.place]?.name ?? "");
    switch (run.state) {
      case "elsewhere":
        return texts.noRun;
      case "going":
        return fill(texts.going, name);
      case "running":
        return texts.running;
      case "stopped": {
        const time = run.time === null ? "?" : timeText(run.time);
        const place = run.place === null ? texts.offPlace : fill(texts.atPlace, name);
        return `${fill(texts.stoppedAt, time)} ${place}`;
      }
    }
  }

  #foot(page: number, count: number): HTMLElement {
    const texts = this.#texts;
    const turn = (text: string, to: number): HTMLButtonElement => {
      const button = element("button", { type: "button", class: "action" }, [text]);
      button.disabled = to < 0 || to >= count;
      button.addEventListener("click", () => this.#post({ kind: "page", page: to }));
      return button;
    };
    const next = turn(texts.next, page + 1);
    next.classList.add("primary");
    return element("footer", {}, [turn(texts.back, page - 1), next]);
  }

  #problems({ file, problems }: Problems): HTMLElement[] {
    const texts = this.#texts;
    const items = problems.map(({ line, message }) => {
      const button = element("button", { class: "link", type: "button" }, [
        fill(texts.line, String(line + 1)),
      ]);
      button.addEventListener("click", () => this.#post({ kind: "line", line }));
      return element("li", {}, [button, ` ${message}`]);
    });
    return [
      element("h1", {}, [fill(texts.problems, file)]),
      element("ul", { class: "problems" }, items),
    ];
  }

  #note(text: string): HTMLElement {
    return element("p", { class: "message" }, [text]);
  }

  /** Links of the Markdown that are ours: the page itself goes nowhere. */
  #clicked(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.("a[data-link]");
    const address = link?.getAttribute("data-link");
    if (address === null || address === undefined) return;
    event.preventDefault();
    const [kind = "", name = ""] = address.split(":", 2);
    if (kind === "model" || kind === "view") this.#post({ kind, name });
    const place = this.#places.findIndex((each) => each.name === name);
    if (kind === "place" && place >= 0) this.#post({ kind: "go", place });
  }
}
