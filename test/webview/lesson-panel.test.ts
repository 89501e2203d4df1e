import { mkdirSync, readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lessonTexts } from "../../src/extension/lesson-texts.ts";
import { parseLesson } from "../../src/lesson/parse.ts";
import type { Lesson } from "../../src/lesson/types.ts";
import type {
  FromLesson,
  LessonProgress,
  LessonRun,
  ToLesson,
} from "../../src/webview/lesson-protocol.ts";
import { seriousFindings } from "./accessible.ts";
import { buildPanel, openBrowser, openPanel, takePicture, type OpenPanel } from "./panel-page.ts";
import type { PanelBundle } from "./panel-page.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

type OpenLesson = OpenPanel<ToLesson, FromLesson, object>;
type Shown = Extract<ToLesson, { readonly kind: "lesson" }>;

const RUN: LessonRun = { state: "stopped", time: 5_000_499_000, place: 4, trouble: null };
const PROGRESS: LessonProgress = {
  page: 2,
  answers: { message: "128", actual: "0" },
  found: {
    tell: {
      "vb->num_pfns": "256",
      "vb->num_pages": "256 pages (1 MiB)",
      "balloon.actual": "0",
      nr_free_pages: "29475 pages (115.14 MiB)",
      "host.rss": "57998",
      "balloon.actual == 0 && vb->num_pages == 256": "true",
    },
  },
};

let browser: Browser;
let bundle: PanelBundle;

beforeAll(async () => {
  [browser, bundle] = await Promise.all([openBrowser(), buildPanel("lesson")]);
  mkdirSync("test-results", { recursive: true });
});

afterAll(() => browser?.close());

function read(text: string): Lesson {
  const result = parseLesson(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.lesson;
}

const inflation = read(readFileSync("lessons/1-inflation.lesson.md", "utf8"));

async function open(message: Partial<Shown> = {}, theme?: ThemeName): Promise<OpenLesson> {
  const panel: OpenLesson = await openPanel({
    browser,
    bundle,
    texts: lessonTexts(),
    ...(theme === undefined ? {} : { theme }),
  });
  await panel.send(shown(message));
  return panel;
}

function shown(message: Partial<Shown> = {}): Shown {
  const lesson = inflation;
  return {
    kind: "lesson",
    version: 1,
    lesson,
    progress: PROGRESS,
    run: RUN,
    ...message,
  };
}

describe("a page of a lesson", () => {
  test("shows what was answered, what the run says, and where it is", async () => {
    const { page, complaints } = await open();
    const verdicts = page.locator("form");
    expect(await verdicts.nth(0).innerText()).toContain("Not quite. The run says: 256 pages.");
    expect(await verdicts.nth(1).innerText()).toContain("Right: 0: it is written after");
    expect(await page.locator(".place.here").innerText()).toContain("You are here");
    expect(await page.locator(".state").innerText()).toBe("Stopped at 5.000 s (“tell”)");
    expect(complaints).toEqual([]);
  });

  test("asks first, and does not tell before the run has been there", async () => {
    const progress = { page: 2, answers: {}, found: {} };
    const panel = await open({ progress, run: { ...RUN, place: 3 } });
    const { page } = panel;
    const first = page.locator("form").first();
    expect(await first.innerText()).not.toContain("256");
    await first.locator("input").fill("64");
    await first.locator("button").click();
    await page.locator("button.run").first().click();
    expect((await panel.received()).slice(1)).toEqual([
      { kind: "answer", question: "message", given: "64" },
      { kind: "go", place: 4 },
    ]);
    await panel.send(shown({ progress: { ...progress, answers: { message: "64" } } }));
    expect(await first.innerText()).toContain("Noted. The run will tell");
  });

  test("keeps what is being typed while the run moves", async () => {
    const progress = { page: 2, answers: {}, found: {} };
    const panel = await open({ progress });
    const input = panel.page.locator("form input").first();
    await input.fill("25");
    await panel.send(shown({ progress, run: { ...RUN, state: "running" } }));
    expect(await input.inputValue()).toBe("25");
    expect(await input.evaluate((node) => node === document.activeElement)).toBe(true);
  });

  test("says why a place was not reached", async () => {
    const trouble = { place: 4, message: "The scenario ended before that." };
    const { page } = await open({ run: { ...RUN, trouble } });
    expect(await page.locator(".trouble:visible").innerText()).toBe(trouble.message);
  });

  test("sums up on its last page", async () => {
    const panel = await open({ progress: { ...PROGRESS, page: inflation.pages.length - 1 } });
    expect(await panel.page.locator(".summary").innerText()).toContain("1 of 7 right.");
    await panel.page.locator(".summary button").click();
    expect((await panel.received()).at(-1)).toEqual({ kind: "forget" });
  });
});

describe("the text of a lesson", () => {
  const HEAD = "---\ntitle: T\nscenario: a.balloon.yaml\n---\n# P\n";
  const progress = { page: 0, answers: {}, found: {} };

  test("is Markdown without raw HTML, pictures and other scripts", async () => {
    const text = `${HEAD}<b onclick="x">no</b> ![x](https://example.org/x.png) <script>x</script> **yes**`;
    const { page, complaints } = await open({ lesson: read(text), progress });
    const body = page.locator("article .text");
    expect(await body.locator("b, img, script").count()).toBe(0);
    expect(await body.locator("strong").innerText()).toBe("yes");
    expect(await body.innerText()).toContain('<b onclick="x">no</b>');
    expect(complaints).toEqual([]);
  });

  test("has links that the extension follows, and no others", async () => {
    // The reader of the file would refuse the third; the page does not trust it.
    const lesson = read(`${HEAD}[a](model:tell_host) [b](view:chart) [c](here)`);
    const panel = await open({ lesson, progress });
    const links = panel.page.locator("article a");
    expect(await links.allInnerTexts()).toEqual(["a", "b"]);
    await links.nth(0).click();
    await links.nth(1).click();
    expect((await panel.received()).slice(1)).toEqual([
      { kind: "model", name: "tell_host" },
      { kind: "view", name: "chart" },
    ]);
  });
});

test("what is wrong with a lesson is listed by line, and each leads there", async () => {
  const panel = await open();
  const problems = [{ line: 6, message: "There is no such thing." }];
  await panel.send({ kind: "problems", file: "a.lesson.md", problems });
  expect(await panel.page.locator("#lesson").innerText()).toContain(
    "Line 7 There is no such thing.",
  );
  expect(await seriousFindings(panel.page)).toEqual([]);
  await panel.page.locator(".problems button").click();
  expect((await panel.received()).at(-1)).toEqual({ kind: "line", line: 6 });
});

test.each(["dark", "light", "high-contrast", "high-contrast-light"] as const)(
  "axe-core finds nothing serious in %s",
  async (theme) => {
    const panel = await open({}, theme);
    expect(await seriousFindings(panel.page)).toEqual([]);
    await takePicture(panel.page, `lesson-${theme}`);
    await panel.send(shown({ progress: { ...PROGRESS, page: inflation.pages.length - 1 } }));
    expect(await seriousFindings(panel.page)).toEqual([]);
  },
);
