/** What a user does in the workbench and sees there, in the terms of VS Code's own page. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "./until.mjs";

/** For so long a menu that has just opened does not hear the mouse, and a little longer. */
const MENU_IS_DEAF_MS = 500;

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
      await until("its row", () => this.findRow(".debug-breakpoints", set));
    });
  }

  /** Some versions of VS Code show it themselves when a session begins, some when it stops. */
  async showDebugView() {
    const header = this.#page.locator('.pane-header[aria-label*="Call Stack" i]').first();
    await until("debug view", async () => {
      if (!(await header.isVisible())) await this.press("Control+Shift+D");
      await header.waitFor();
      return true;
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

  /** Of a session that is stopped. */
  endSession() {
    return this.insist("end of the session", async () => {
      if ((await this.stoppedLine()) === null) return;
      await this.command("Debug: Stop");
      await this.#page.locator(".debug-top-stack-frame-line").waitFor({ state: "detached" });
    });
  }

  /** Folds a section of the debug side bar, to make room for the others. */
  collapse(/** @type {string} */ section) {
    return this.#fold(section, "false");
  }

  expand(/** @type {string} */ section) {
    return this.#fold(section, "true");
  }

  #fold(/** @type {string} */ section, /** @type {"true" | "false"} */ expanded) {
    const header = this.#page.locator(`.pane-header[aria-label*="${section}" i]`).first();
    return until(`section ${section} with aria-expanded ${expanded}`, async () => {
      if ((await header.getAttribute("aria-expanded")) === expanded) return true;
      await header.click();
      return false;
    });
  }

  /** Texts of the call stack's rows: threads and, below the stopped one, its frames. */
  callStack() {
    return texts(this.#page.locator(".debug-call-stack .monaco-list-row .label"));
  }

  /** @returns {Promise<number | null>} one-based line that is marked as the place of the stop */
  stoppedLine() {
    return this.#page.evaluate(() => {
      const mark = document.querySelector(".editor-instance .debug-top-stack-frame-line");
      const numbers = mark?.closest(".monaco-editor")?.querySelectorAll(".line-numbers") ?? [];
      const top = mark?.getBoundingClientRect().top ?? 0;
      const beside = [...numbers].find(
        (each) => Math.abs(each.getBoundingClientRect().top - top) < 5,
      );
      return beside?.textContent ? Number.parseInt(beside.textContent, 10) : null;
    });
  }

  /**
   * Value of a field as shown in the Variables view, which sometimes folds what was open, and has to
   * be scrolled now and then: null until somebody has asked often enough.
   *
   * @param {string} parent
   * @param {string} name
   * @returns {Promise<string | null>}
   */
  async field(parent, name) {
    const row = this.#variable(parent);
    const isFolded =
      (await this.#variable(name).count()) === 0 &&
      (await row.count()) > 0 &&
      (await row.getAttribute("aria-expanded")) === "false";
    if (isFolded) {
      await row.locator(".monaco-tl-twistie").click();
    } else if (await this.findRow(".debug-variables", this.#variable(name))) {
      const [value] = await texts(this.#variable(name).locator(".value"));
      return value ?? null;
    }
    return null;
  }

  /**
   * Only rows in sight exist, so while this one is not, its view is scrolled a little, and from its
   * end back to the top, for the next time that somebody asks.
   *
   * @param {string} view
   * @param {import("playwright-core").Locator} row
   */
  async findRow(view, row) {
    if (await this.#isInSight(view, row)) return true;
    if (!(await this.#scroll(view, 60))) await this.#scroll(view, -10_000);
    return false;
  }

  /**
   * Rows at an edge of the view may be there and covered.
   *
   * @param {string} view
   * @param {import("playwright-core").Locator} row
   */
  async #isInSight(view, row) {
    const [inner, outer] = await Promise.all([
      (await row.count()) > 0 ? row.first().boundingBox() : null,
      this.#page.locator(view).first().boundingBox(),
    ]);
    if (inner === null || outer === null) return false;
    return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
  }

  /** @returns whether that moved anything */
  async #scroll(/** @type {string} */ view, /** @type {number} */ by) {
    const rows = this.#page.locator(`${view} .monaco-list-row`);
    const places = () =>
      rows.evaluateAll((all) =>
        all.map((row) => `${row.getBoundingClientRect().top} ${row.textContent}`).join(),
      );
    const before = await places();
    await this.#page.locator(view).first().hover();
    await this.#page.mouse.wheel(0, by);
    await sleep(100);
    return (await places()) !== before;
  }

  /**
   * Chooses from the context menu of a field.
   *
   * @param {string} parent
   * @param {string} name
   * @param {string} item
   */
  async chooseOfField(parent, name, item) {
    await this.insist(`menu of ${name} that stays open`, async () => {
      await until(`${name} in sight`, () => this.field(parent, name));
      await this.#variable(name).click({ button: "right" });
      const menu = this.#page.locator(".monaco-menu");
      const entry = menu.locator(".action-label", { hasText: item });
      await entry.waitFor();
      await this.#page.waitForTimeout(MENU_IS_DEAF_MS);
      await entry.click();
      await menu.waitFor({ state: "detached" });
    });
  }

  #variable(/** @type {string} */ name) {
    const rows = this.#page.locator(".debug-variables .monaco-list-row");
    return rows.filter({ has: this.#page.locator(".name", { hasText: exactly(name) }) }).first();
  }

  /** Of one of our panels, by its title. */
  tab(/** @type {string} */ title) {
    return this.#page.locator(".tab", { hasText: title });
  }

  /**
   * The page of one of our panels, when it is in sight.
   *
   * @param {string} content what only this panel has
   */
  panel(content) {
    return until(`panel with ${content}`, async () => {
      for (const frame of this.#page.frames()) {
        const there = frame.locator(content).first().isVisible();
        // Pages come and go meanwhile.
        if (await there.catch(() => false)) return frame;
      }
      return null;
    });
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
