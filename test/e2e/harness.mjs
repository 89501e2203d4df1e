/** Starts the embedded editor and a browser on it, each with nothing left from earlier runs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../../tools/setup.mjs";
import { startWebHost } from "../../tools/web-host/server.mjs";

/** Long, because two shared cores can be slow; nothing waits that long when all is well. */
export const PATIENCE_MS = 120_000;

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
 * @param {object} options
 * @param {string} options.root the repository
 * @param {string} options.folder sample files
 * @param {string} [options.extension] see `startWebHost`
 * @param {string} [options.open] file that is open at first
 * @returns {Promise<{ page: import("playwright-core").Page, problems: string[],
 *   close: () => Promise<void> }>} `problems`: errors and warnings of the page
 */
export async function startEditor(options) {
  const host = await startWebHost({ ...options, port: 0 });
  const profile = await mkdtemp(join(tmpdir(), "balloon-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium() ?? "",
    headless: true,
    args: BROWSER_FLAGS,
    viewport: { width: 1600, height: 1000 },
    colorScheme: "dark",
  });
  context.setDefaultTimeout(LOOK_MS);
  const page = context.pages()[0] ?? (await context.newPage());
  /** @type {string[]} */
  const problems = [];
  page.on("console", (message) => {
    if (/^(error|warning)$/.test(message.type())) problems.push(message.text());
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
