/** Lesson two in the workbench, to its end: every question answered, every place visited. */
import assert from "node:assert/strict";
import { until } from "./until.mjs";

const TITLE = "The busy no-op and its fix";

/** By name of the question: text of the right choice, or the number. */
const ANSWERS = new Map([
  ["Who gives way?", "The balloon: its shrinker is asked to give pages back"],
  ["Twelve seconds later", "400,000"],
  ["What ends it", "Yes: nobody fills the page cache any more"],
  ["The fix", "0"],
]);

/** @param {import("./workbench.mjs").Workbench} workbench */
export async function takeLessonTwo(workbench) {
  // VS Code stays with a session that is stopped.
  await workbench.endSession();
  await workbench.command("Balloon: Open Lesson", TITLE);
  const lesson = await workbench.panel("#lesson article");
  const pages = await lesson.locator("header select option").count();
  for (let number = 1; number <= pages; number++) {
    const title = await until(`page ${number}`, () => titleOfPage(lesson, number, pages));
    await answer(lesson, ANSWERS.get(title));
    await visitPlaces(lesson);
    if (number < pages) await lesson.locator("footer button.primary").click();
  }
  const score = await lesson.locator(".summary p").first().innerText();
  assert.equal(score, `${ANSWERS.size} of ${ANSWERS.size} right.`);
  // The editor is where the lesson led it: at the end of the scenario on v5.7.
  assert.match(await lesson.locator("header .state").innerText(), /Stopped at .* \(“end57”\)/);
  await until("line of the stop", async () => (await workbench.stoppedLine()) !== null);
}

/** @param {import("playwright-core").Frame} lesson @param {number} number @param {number} pages */
async function titleOfPage(lesson, number, pages) {
  const about = await lesson.locator("header .about").innerText();
  return about.startsWith(`Page ${number} of ${pages}`) && lesson.locator("h1").innerText();
}

/** @param {import("playwright-core").Frame} lesson @param {string | undefined} text */
async function answer(lesson, text) {
  assert.equal(await lesson.locator("form").count(), text === undefined ? 0 : 1);
  if (text === undefined) return;
  const input = lesson.locator("form input[type=text]");
  if ((await input.count()) > 0) await input.fill(text);
  else await lesson.getByLabel(text).check();
  await lesson.locator("form button").click();
  await lesson.locator('form[data-verdict="open"]').waitFor();
}

/** @param {import("playwright-core").Frame} lesson */
async function visitPlaces(lesson) {
  const places = lesson.locator(".place");
  for (let index = 0; index < (await places.count()); index++) {
    await places.nth(index).locator("button.run").click();
    await until("arrival", () => places.nth(index).evaluate((node) => node.matches(".here")));
  }
  const verdicts = await lesson
    .locator("form")
    .evaluateAll((forms) => forms.map((form) => form.dataset["verdict"]));
  assert.deepEqual(
    verdicts,
    verdicts.map(() => "right"),
  );
}
