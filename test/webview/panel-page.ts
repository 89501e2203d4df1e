/** Opens a panel's page in a real browser with a made-up VS Code around it. */
import { writeFileSync } from "node:fs";
import { build } from "esbuild";
import { chromium, type Browser, type Page } from "playwright-core";
import { panelPage } from "../../src/extension/panel-page.ts";
import { findChromium } from "../../tools/setup.mjs";
import { smallPng } from "../small-png.mjs";
import { THEMES, type ThemeName } from "./themes.ts";

const ORIGIN = "http://panel.test";

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error("There is no Chromium: see tools/setup.mjs.");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}

export interface PanelBundle {
  /** Names its script, its style sheet and its root element. */
  readonly name: string;
  readonly script: string;
  readonly style: string;
}

/** For looking at; with UPDATE_SCREENSHOT=1 also for the documents, in the three themes they show. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ path: `test-results/${name}.png` });
  if (process.env["UPDATE_SCREENSHOT"] !== "1" || name.endsWith("high-contrast-light")) return;
  writeFileSync(`docs/images/${name}.png`, smallPng(picture));
}

/** The bundle as the product builds it, without writing it anywhere. */
export async function buildPanel(name: string): Promise<PanelBundle> {
  const { outputFiles } = await build({
    entryPoints: [`src/webview/${name}.ts`],
    bundle: true,
    format: "iife",
    target: "es2022",
    outfile: `${name}.js`,
    write: false,
    logLevel: "error",
  });
  const text = (suffix: string): string =>
    outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? "";
  return { name, script: text(".js"), style: text(".css") };
}

export interface PanelPageOptions<State> {
  readonly browser: Browser;
  readonly bundle: PanelBundle;
  readonly texts: object;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly state?: State;
}

export interface OpenPanel<To, From, State> {
  readonly page: Page;
  /** What the browser complained about: script errors and breaches of the content policy. */
  readonly complaints: string[];
  send(...messages: readonly To[]): Promise<void>;
  received(): Promise<From[]>;
  remembered(): Promise<State | null>;
  setTheme(theme: ThemeName): Promise<void>;
  close(): Promise<void>;
}

export async function openPanel<To, From, State>(
  options: PanelPageOptions<State>,
): Promise<OpenPanel<To, From, State>> {
  const { browser, bundle, texts, theme = "dark", width = 760, height = 620, state } = options;
  const { name, script, style } = bundle;
  const context = await browser.newContext({ viewport: { width, height } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (line) => {
    const text = line.text();
    // Said of the tests' own looks at what was drawn.
    if (text.includes("willReadFrequently")) return;
    if (line.type() === "error" || line.type() === "warning") complaints.push(text);
  });
  const html = panelPage({
    root: name,
    source: ORIGIN,
    nonce: "n0nce",
    script: `${ORIGIN}/${name}.js`,
    style: `${ORIGIN}/${name}.css`,
    language: "en",
    title: name,
    texts,
  });
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === `/${name}.js`)
      return route.fulfill({ contentType: "text/javascript", body: script });
    if (pathname === `/${name}.css`) return route.fulfill({ contentType: "text/css", body: style });
    return route.fulfill({ contentType: "text/html", body: html });
  });
  await page.addInitScript(
    (kept) => {
      const api = { posted: [] as unknown[], state: kept };
      const acquire = (): object => ({
        postMessage: (message: unknown) => api.posted.push(message),
        getState: () => api.state,
        setState: (value: typeof kept) => (api.state = value),
      });
      Object.assign(globalThis, { acquireVsCodeApi: acquire, fakeApi: api });
    },
    state as object | undefined,
  );
  const setTheme = (name: ThemeName): Promise<void> =>
    page.evaluate(({ variables, bodyClass }) => {
      document.body.className = bodyClass;
      const { style } = document.documentElement;
      for (const [variable, value] of Object.entries(variables)) style.setProperty(variable, value);
    }, THEMES[name]);
  await page.goto(`${ORIGIN}/`);
  await setTheme(theme);
  return {
    page,
    complaints,
    setTheme,
    // As VS Code does, messages go through JSON.
    send: (...messages) =>
      page.evaluate(
        (texts) => {
          for (const text of texts) {
            const data: unknown = JSON.parse(text);
            dispatchEvent(new MessageEvent("message", { data }));
          }
        },
        messages.map((message) => JSON.stringify(message)),
      ),
    received: () => page.evaluate("fakeApi.posted"),
    remembered: () => page.evaluate("fakeApi.state ?? null"),
    close: () => context.close(),
  };
}
