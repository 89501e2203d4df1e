/** What a user does in the workbench and sees there, in the terms of VS Code's own page. */
import { setTimeout as sleep } from "node:timers/promises";
import { errors } from "playwright-core";
import { PATIENCE_MS } from "./harness.mjs";

/**
 * Asks again until the answer is something; on slow machines everything takes its time. What is not
 * there yet when it is looked at counts as no answer.
 *
 * @template T
 * @param {string} what it is, for the error
 * @param {() => Promise<T | null | undefined | false>} ask
 * @returns {Promise<T>}
 */
export async function until(what, ask) {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const answer = await ask().catch(nothingYet);
    if (answer) return answer;
    await sleep(100);
  }
  throw new Error(`After ${PATIENCE_MS / 1000} s there is still no ${what}.`);
}

/** @returns {null} */
function nothingYet(/** @type {unknown} */ error) {
  if (error instanceof errors.TimeoutError) return null;
  throw error;
}

export class Workbench {
  #page;

  constructor(/** @type {import("playwright-core").Page} */ page) {
    this.#page = page;
  }

  /**
   * Does something that a change of focus can undo, until it comes to its end: menus, lists and
   * widgets close when anything else takes the focus, as a view that has just been filled may do.
   *
   * @param {string} what it leads to, for the error
   * @param {() => Promise<unknown>} attempt can be made again after Escape, wherever it ended
   */
  insist(what, attempt) {
    return until(what, async () => {
      try {
        await attempt();
        return true;
      } catch (error) {
        await this.#page.keyboard.press("Escape");
        throw error;
      }
    });
  }

  async openFile(/** @type {string} */ name) {
    const row = this.#page.locator(".explorer-folders-view .monaco-list-row", { hasText: name });
    await this.insist(`tab of ${name}`, async () => {
      await this.#page.keyboard.press("Control+Shift+E");
      await row.dblclick();
      await this.#page.locator(`.tab[data-resource-name="${name}"]`).waitFor();
      await this.#page.locator(".editor-instance .view-line").first().click();
    });
  }

  /**
   * Runs a command by its title from the command palette, and chooses from the list that it then
   * shows.
   *
   * @param {string} title
   * @param {string} [choice]
   */
  async command(title, choice) {
    const rows = this.#page.locator(".quick-input-list .monaco-list-row");
    await this.insist(`list with "${choice ?? title}" that stays open`, async () => {
      await this.#page.keyboard.press("F1");
      await this.#page.locator(".quick-input-box input").fill(`>${title}`);
      await rows.filter({ hasText: title }).first().click();
      if (choice !== undefined) await rows.filter({ hasText: choice }).first().click();
    });
  }

  /**
   * Sets one from the list of the kernel's functions. (VS Code's own command does nothing until
   * its view is shown, and that happens with the first breakpoint.)
   */
  async addFunctionBreakpoint(/** @type {string} */ name) {
    const row = this.#page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name},"]`);
    const set = this.#page.locator(".debug-breakpoints .monaco-list-row", { hasText: name });
    await this.insist(`breakpoint in ${name}`, async () => {
      if ((await set.count()) > 0) return;
      await this.command("Balloon: Open Model Source");
      await this.#page.locator(".quick-input-box input").fill(name);
      await row.hover();
      await row.locator(".action-label").click();
      await this.#page.keyboard.press("Control+Shift+D");
      await set.waitFor();
    });
  }

  /** Presses a key in the text editor: F5, F10, ... */
  async press(/** @type {string} */ key) {
    await this.#page.keyboard.press(key);
  }

  async clickToolbar(
    /** @type {"step-back" | "step-over" | "continue" | "reverse-continue"} */ button,
  ) {
    await this.insist(`click on ${button}`, () =>
      this.#page.locator(`.codicon-debug-${button}`).first().click(),
    );
  }

  /** Folds a section of the debug side bar, to make room for the others. */
  async collapse(/** @type {string} */ section) {
    const header = this.#page.locator(`.pane-header[aria-label*="${section}" i]`).first();
    await header.waitFor();
    if ((await header.getAttribute("aria-expanded")) === "true") await header.click();
  }

  /** Texts of the call stack's rows: threads and, below the stopped one, its frames. */
  callStack() {
    return texts(this.#page.locator(".debug-call-stack .monaco-list-row .label"));
  }

  /** @returns {Promise<number | null>} one-based line of the selected frame */
  async stoppedLine() {
    const selected = ".debug-call-stack .monaco-list-row.selected .line-number";
    const [place] = await texts(this.#page.locator(selected));
    return place ? Number.parseInt(place, 10) : null;
  }

  /** Opens one value of the Variables view, to see what it is made of. */
  async expandVariable(/** @type {string} */ name) {
    const row = this.#variable(name);
    await row.waitFor();
    if ((await row.getAttribute("aria-expanded")) === "false") {
      await row.locator(".monaco-tl-twistie").click();
    }
  }

  /**
   * Value as shown in the Variables view. Only rows in sight exist, so while there is none of this
   * name the view is scrolled down a little, for the next time that somebody asks.
   *
   * @returns {Promise<string | null>}
   */
  async variable(/** @type {string} */ name) {
    const [value] = await texts(this.#variable(name).locator(".value"));
    if (value !== undefined) return value;
    await this.#page.locator(".debug-variables").hover();
    await this.#page.mouse.wheel(0, 60);
    return null;
  }

  /** Chooses from the context menu of a variable. */
  async chooseOfVariable(/** @type {string} */ name, /** @type {string} */ item) {
    await this.insist(`menu of ${name} that stays open`, async () => {
      await until(`${name} in sight`, () => this.variable(name));
      await this.#variable(name).click({ button: "right" });
      await this.#page.locator(".monaco-menu .action-label", { hasText: item }).click();
      // A menu that has just opened does not hear the mouse.
      await this.#page.locator(".monaco-menu").waitFor({ state: "detached" });
    });
  }

  #variable(/** @type {string} */ name) {
    const rows = this.#page.locator(".debug-variables .monaco-list-row");
    return rows.filter({ has: this.#page.locator(".name", { hasText: exactly(name) }) }).first();
  }

  /**
   * Colours drawn on the canvases of our panel, by how many pixels each has.
   *
   * @returns {Promise<Map<string, number> | null>} null while there is no such panel
   */
  async chartColours() {
    for (const frame of this.#page.frames()) {
      if (!frame.url().includes("fake.html")) continue;
      const colours = await frame.evaluate(countColours).catch(() => null);
      if (colours && colours.length > 0) return new Map(colours);
    }
    return null;
  }

  screenshot(/** @type {string} */ path) {
    return this.#page.screenshot({ path });
  }
}

async function texts(/** @type {import("playwright-core").Locator} */ locator) {
  const all = await locator.allTextContents();
  return all.map((text) => text.replaceAll("\u00a0", " ").trim());
}

/** Names are followed by `=` or `:` in the view. */
function exactly(/** @type {string} */ name) {
  return new RegExp(`^\\s*${name}\\s*[=:]?\\s*$`);
}

/** Runs inside the panel. @returns {[string, number][]} */
function countColours() {
  const counts = new Map();
  for (const canvas of document.querySelectorAll("canvas")) {
    const { width, height } = canvas;
    if (width === 0 || height === 0) continue;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    for (let at = 0; at < pixels.length; at += 4) {
      if (pixels[at + 3] === 0) continue;
      const colour = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  return [...counts];
}
