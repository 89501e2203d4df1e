/**
 * Reads a lesson: Markdown with a head, pages that begin with `# `, and ```run and ```ask blocks.
 * The Markdown between them is left as it is; the page that shows it does the rest. docs/lessons.md
 * describes the language.
 */
import { readPlace, readQuestion, type ReadQuestion } from "./blocks.ts";
import { lessonErrors } from "./errors.ts";
import { Fields } from "./fields.ts";
import { checkLinks } from "./links.ts";
import type { LessonPlace, LessonProblem, LessonResult, Page, Part, Question } from "./types.ts";

const MAX_LENGTH = 200_000;
const FENCE = /^(`{3,}|~{3,})\s*([\w-]*)/;

export function parseLesson(text: string): LessonResult {
  if (text.length > MAX_LENGTH)
    return { ok: false, problems: [{ line: 0, message: lessonErrors.tooLong(MAX_LENGTH) }] };
  return new Reader(text.replace(/^\uFEFF/, "").split(/\r?\n/)).read();
}

interface OpenPage extends Page {
  readonly parts: Part[];
}

/** A question whose place may be further down, or missing. */
interface OpenQuestion {
  readonly read: ReadQuestion;
  readonly line: number;
  readonly page: Page;
  /** How many places stood above it. */
  readonly placesAbove: number;
}

class Reader {
  readonly #lines: readonly string[];
  readonly #problems: LessonProblem[] = [];
  readonly #pages: OpenPage[] = [];
  readonly #places: LessonPlace[] = [];
  readonly #pageOfPlace: Page[] = [];
  readonly #questions: OpenQuestion[] = [];
  readonly #names = new Set<string>();
  /** The lines without code, which has no links. */
  readonly #linked: string[];
  #prose: string[] = [];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.#linked = [...lines];
  }

  read(): LessonResult {
    const head = this.#readHead();
    while (this.#at < this.#lines.length) this.#readLine(this.#lines[this.#at] ?? "");
    this.#endProse();
    if (this.#pages.length === 0) this.#report(this.#at - 1, lessonErrors.noPage());
    const first = this.#places[0];
    if (first !== undefined && first.move.kind !== "start")
      this.#report(first.line, lessonErrors.firstStarts());
    const questions = this.#questions.flatMap((question, index) => this.#settle(question, index));
    for (const problem of checkLinks(this.#linked, new Set(this.#places.map(({ name }) => name))))
      this.#problems.push(problem);
    if (this.#problems.length > 0)
      return { ok: false, problems: this.#problems.sort((a, b) => a.line - b.line) };
    const lesson = { ...head, pages: this.#pages, places: this.#places, questions };
    return { ok: true, lesson };
  }

  #readHead(): { title: string; scenario: string; minutes: number | null } {
    const nothing = { title: "", scenario: "", minutes: null };
    if (this.#lines[0]?.trim() !== "---") {
      this.#report(0, lessonErrors.noFrontMatter());
      return nothing;
    }
    const end = this.#lines.findIndex((line, index) => index > 0 && line.trim() === "---");
    if (end < 0) {
      this.#report(0, lessonErrors.openFrontMatter());
      this.#at = this.#lines.length;
      return nothing;
    }
    this.#at = end + 1;
    const fields = new Fields(this.#lines.slice(1, end), 1, this.#problems);
    fields.allow(["title", "scenario", "minutes"]);
    const title = fields.required("title");
    const scenario = fields.required("scenario");
    const { line = 0 } = fields.get("scenario") ?? {};
    if (/^([\\/]|[a-z][\w+.-]*:)/i.test(scenario)) this.#report(line, lessonErrors.absolute());
    else if (scenario !== "" && !/\.balloon\.ya?ml$/.test(scenario))
      this.#report(line, lessonErrors.notAScenario());
    const minutes = fields.get("minutes");
    if (minutes !== null && !/^\d{1,3}$/.test(minutes.value))
      this.#report(minutes.line, lessonErrors.notANumber("minutes", minutes.value));
    return { title, scenario, minutes: minutes === null ? null : Number(minutes.value) };
  }

  #readLine(line: string): void {
    const heading = /^#\s+(.+?)\s*#*$/.exec(line);
    if (heading !== null) {
      this.#endProse();
      this.#pages.push({ title: heading[1] ?? "", parts: [] });
      this.#at++;
      return;
    }
    const fence = FENCE.exec(line);
    if (fence !== null) return this.#readFence(fence[1] ?? "", fence[2] ?? "");
    this.#prose.push(line);
    this.#at++;
  }

  #readFence(mark: string, language: string): void {
    const start = this.#at;
    const end = this.#lines.findIndex((line, index) => index > start && closes(line, mark));
    if (end < 0) this.#report(start, lessonErrors.openFence());
    const stop = end < 0 ? this.#lines.length : end;
    this.#at = stop + 1;
    if (language !== "run" && language !== "ask") {
      this.#prose.push(...this.#lines.slice(start, stop + 1));
      this.#linked.fill("", start, stop + 1);
      return;
    }
    this.#endProse();
    const fields = new Fields(this.#lines.slice(start + 1, stop), start + 1, this.#problems);
    const page = this.#pages.at(-1);
    if (page === undefined) this.#report(start, lessonErrors.beforeFirstPage());
    else if (language === "run") this.#addPlace(fields, start, page);
    else this.#addQuestion(fields, start, page);
  }

  #addPlace(fields: Fields, line: number, page: OpenPage): void {
    const read = readPlace(fields, line);
    if (read === null) return;
    const name = read.name?.value ?? `place-${this.#places.length + 1}`;
    this.#claim(name, read.name?.line ?? line);
    page.parts.push({ kind: "place", place: this.#places.length });
    this.#places.push({ ...read, name });
    this.#pageOfPlace.push(page);
  }

  #addQuestion(fields: Fields, line: number, page: OpenPage): void {
    const read = readQuestion(fields);
    page.parts.push({ kind: "question", question: this.#questions.length });
    this.#questions.push({ read, line, page, placesAbove: this.#places.length });
  }

  /** Now that all places are known. */
  #settle({ read, line, page, placesAbove }: OpenQuestion, index: number): Question[] {
    const { answer, at, text, because } = read;
    const name = read.name?.value ?? `question-${index + 1}`;
    this.#claim(name, read.name?.line ?? line);
    const names = this.#places.map((place) => place.name);
    // Predict, then run: the next place on the same page.
    const place =
      at === null
        ? this.#pageOfPlace.findIndex((each, number) => number >= placesAbove && each === page)
        : names.indexOf(at.value);
    if (place < 0) {
      const message =
        at === null ? lessonErrors.noPlaceBelow() : lessonErrors.noPlace(at.value, names);
      this.#report(at?.line ?? line, message);
    }
    return answer === null ? [] : [{ name, line, text, answer, place, because }];
  }

  #claim(name: string, line: number): void {
    if (this.#names.has(name)) this.#report(line, lessonErrors.sameName(name));
    this.#names.add(name);
  }

  #endProse(): void {
    const markdown = this.#prose.join("\n").trim();
    const page = this.#pages.at(-1);
    if (markdown !== "" && page === undefined)
      this.#report(this.#at - 1, lessonErrors.beforeFirstPage());
    if (markdown !== "") page?.parts.push({ kind: "text", markdown });
    this.#prose = [];
  }

  #report(line: number, message: string): void {
    this.#problems.push({ line: Math.max(line, 0), message });
  }
}

function closes(line: string, mark: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= mark.length && trimmed === (mark[0] ?? "`").repeat(trimmed.length);
}
