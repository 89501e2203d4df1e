/** A browser on an editor, with nothing left from earlier runs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../tools/setup.mjs";
import { PATIENCE_MS } from "./until.mjs";

/** Complaints of the editors about themselves: code-server is without its native modules. */
const KNOWN = /Could not locate the bindings file|allow-scripts and allow-same-origin|watchdog/;

/** For one look at the page, or one click; what has not come by then is asked for again. */
const LOOK_MS = 15_000;

const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * An editor that is served: by `tools/web-host` or `tools/desktop-host`.
 *
 * @typedef {object} Host
 * @property {string} url
 * @property {() => Promise<void>} close
 */

/**
 * @param {Host} host closed with the browser
 * @returns {Promise<{ page: import("playwright-core").Page, problems: string[],
 *   close: () => Promise<void> }>} `problems`: errors and warnings of the page
 */
export async function openInBrowser(host) {
  const profile = await mkdtemp(join(tmpdir(), "balloon-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium() ?? "",
    headless: true,
    args: BROWSER_FLAGS,
    viewport: { width: 1600, height: 1200 },
    colorScheme: "dark",
  });
  context.setDefaultTimeout(LOOK_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  /** @type {string[]} */
  const problems = [];
  page.on("console", (message) => {
    const text = message.text();
    if (/^(error|warning)$/.test(message.type()) && !KNOWN.test(text)) problems.push(text);
  });
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(host.url, { timeout: PATIENCE_MS });
  return {
    page,
    problems,
    close: async () => {
      await context.close();
      await host.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
