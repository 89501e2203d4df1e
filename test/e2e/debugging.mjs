/**
 * What a user does with the mouse and the widgets while the guest stands in the OOM notifier:
 * breakpoints in the gutter, with a condition or a message, exception filters, a data breakpoint,
 * hover, watch, the console, and the way back.
 */
import { until } from "./until.mjs";

/** Statement of the notifier, in the order of its lines from the first one on. */
const UPDATE = 2;

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 * @param {number} first line of the notifier's first statement; the guest stands in the next one
 */
export async function useTheWidgets(workbench, page, first) {
  const breakpoints = page.locator(".debug-breakpoints .monaco-list-row");
  const inEditor = page.locator(".editor-instance .monaco-editor").first();

  // Hover, watch and console show the same value.
  const line = page.locator(".editor-instance .view-line", { hasText: "leak_balloon(vb" });
  const shown = page.locator(".debug-hover-widget", { hasText: "num_pages" });
  await workbench.insist("hover", async () => {
    // Long lines may have scrolled their beginning out of sight.
    await clickInLine(page, first + 1);
    await page.keyboard.press("Home");
    // A hand that rests on it already would call up nothing.
    await page.mouse.move(0, 0);
    const { x, y } = await line.evaluate(placeInLine, "(vb");
    await page.mouse.move(x, y);
    await shown.waitFor();
  });
  await page.keyboard.press("Escape");
  await workbench.expand("Watch");
  const watchHeader = page.locator('.pane-header[aria-label*="Watch" i]').first();
  await workbench.insist("watch", async () => {
    await watchHeader.hover();
    await watchHeader.locator(".codicon-watch-expressions-add").click();
    await page.locator(".debug-watch input").fill("vb->num_pages,p");
    await page.keyboard.press("Enter");
    await page.locator(".debug-watch", { hasText: /\d+ pages/ }).waitFor();
  });
  await workbench.collapse("Watch");
  await workbench.insist("answer in the console", async () => {
    await workbench.command("Debug Console: Focus on Debug Console View");
    await page.locator(".repl-input-wrapper .monaco-editor.focused").waitFor();
    await page.keyboard.type("oom_kill + 41");
    await page.keyboard.press("Enter");
    await page.locator(".repl-tree").getByText("41", { exact: true }).first().waitFor();
  });

  // A breakpoint by mouse; then the notifier runs into it.
  const glyph = inEditor.locator(".codicon-debug-breakpoint").first();
  await clickGutter(workbench, page, first + UPDATE, glyph, "visible");
  await workbench.clickToolbar("continue");
  await stoppedIn(workbench, first + UPDATE);
  await clickGutter(workbench, page, first + UPDATE, glyph, "detached");

  // The same line with a message, and the next one with a condition, through their widgets.
  await widget(workbench, page, first + UPDATE, "Debug: Add Logpoint...", "freed {parm->freed}");
  await until("log point", async () => (await inEditor.locator(LOG).count()) > 0);
  await widget(workbench, page, first + 1, CONDITIONAL, "balloon_deflate >= 1024");
  await until("condition", async () => (await inEditor.locator(CONDITION).count()) > 0);

  // Of the exceptions one is chosen, and the function breakpoint is not needed any more.
  await workbench.expand("Breakpoints");
  const notifier = breakpoints.filter({ hasText: "virtio_balloon_oom_notify" });
  await tick(workbench, notifier, false);
  const exception = breakpoints.filter({ hasText: "OOM notifier ran" });
  await tick(workbench, exception, true);
  await workbench.clickToolbar("continue");
  await until("stop at the exception", async () =>
    /OOM notifier ran/i.test(await textOf(page, ".exception-widget")),
  );
  await tick(workbench, exception, false);
  await workbench.clickToolbar("continue");
  await stoppedIn(workbench, first + 1);
  await until("message of the log point", async () =>
    /freed \d+/.test(await textOf(page, ".repl-tree")),
  );

  // A data breakpoint from the Variables view stops where the balloon gives its pages away.
  await workbench.collapse("Breakpoints");
  await workbench.chooseOfField("vb", "num_pages", "Break on Value Change");
  await workbench.clickToolbar("continue");
  await until("stop at the change", async () => {
    const line = await workbench.stoppedLine();
    return line !== null && line !== first + 1;
  });
  await workbench.clickToolbar("reverse-continue");
  await stoppedIn(workbench, first + 1);

  await workbench.expand("Breakpoints");
  await workbench.insist("end of all breakpoints", async () => {
    await page.locator('.pane-header[aria-label*="Breakpoints" i]').first().hover();
    await page.locator(".codicon-breakpoints-remove-all").first().click();
    await breakpoints.locator(".file-path").first().waitFor({ state: "detached" });
  });
}

const CONDITIONAL = "Debug: Add Conditional Breakpoint...";
const LOG = ".codicon-debug-breakpoint-log";
const CONDITION = ".codicon-debug-breakpoint-conditional";

/** @param {import("./workbench.mjs").Workbench} workbench @param {number} line */
function stoppedIn(workbench, line) {
  return until(`stop in line ${line}`, async () => (await workbench.stoppedLine()) === line);
}

/**
 * Sets or removes a breakpoint.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 * @param {number} line
 * @param {import("playwright-core").Locator} glyph
 * @param {"visible" | "detached"} state what becomes of the glyph
 */
function clickGutter(workbench, page, line, glyph, state) {
  return workbench.insist(`breakpoint ${state} in the gutter`, async () => {
    const box = await boxOfLine(page, line);
    const margin = await page.locator(".editor-instance .margin").first().boundingBox();
    if (margin === null) throw new Error("The editor has no margin.");
    await page.mouse.click(margin.x + 9, box.y + box.height / 2);
    await glyph.waitFor({ state });
  });
}

/** @param {import("playwright-core").Page} page @param {number} line */
async function boxOfLine(page, line) {
  const number = page.locator(".margin-view-overlays .line-numbers").filter({
    hasText: new RegExp(`^${line}$`),
  });
  return until(`line ${line} in sight`, () => number.first().boundingBox());
}

/** @param {import("playwright-core").Page} page @param {number} line */
async function clickInLine(page, line) {
  const box = await boxOfLine(page, line);
  const margin = await page.locator(".editor-instance .margin").first().boundingBox();
  if (margin === null) throw new Error("The editor has no margin.");
  await page.mouse.click(margin.x + margin.width + 200, box.y + box.height / 2);
}

/**
 * Puts the caret into a line, opens a breakpoint's widget there and fills it in.
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Page} page
 * @param {number} line
 * @param {string} command
 * @param {string} text
 */
async function widget(workbench, page, line, command, text) {
  const form = page.locator(".breakpoint-widget");
  await workbench.insist(`widget of "${command}"`, async () => {
    await clickInLine(page, line);
    await workbench.command(command);
    await form.locator(".monaco-editor.focused").first().waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type(text);
    await form.locator(".view-line", { hasText: text }).first().waitFor();
    await page.keyboard.press("Enter");
    await form.waitFor({ state: "detached" });
  });
}

/**
 * Of a breakpoint or an exception. (Old versions of VS Code have an input there.)
 *
 * @param {import("./workbench.mjs").Workbench} workbench
 * @param {import("playwright-core").Locator} row
 * @param {boolean} on
 */
function tick(workbench, row, on) {
  const box = row.getByRole("checkbox").first();
  return until(`box that is ${on ? "ticked" : "empty"}`, async () => {
    if (!(await workbench.findRow(".debug-breakpoints", row))) return false;
    if ((await box.isChecked()) === on) return true;
    await box.click();
    return false;
  });
}

/** @param {import("playwright-core").Page} page @param {string} selector */
async function textOf(page, selector) {
  const all = await page.locator(selector).allInnerTexts();
  return all.join("\n").replaceAll("\u00a0", " ");
}

/**
 * Runs in the page. Where the last character of a text is: lines that have not been coloured yet are
 * not divided into words.
 *
 * @param {Node} line
 * @param {string} text
 */
function placeInLine(line, text) {
  const parts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let end = (line.textContent ?? "").indexOf(text) + text.length;
  for (let part = parts.nextNode(); part !== null; part = parts.nextNode()) {
    const { length } = part.textContent ?? "";
    if (end <= length) {
      const range = document.createRange();
      range.setStart(part, end - 1);
      range.setEnd(part, end);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    end -= length;
  }
  throw new Error(`The line has no ${text}.`);
}
