import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Change, PageMapBody } from "../../src/dap/protocol.ts";
import { mapTexts } from "../../src/extension/map-texts.ts";
import type { FromMap, MapRun, ToMap } from "../../src/webview/map-protocol.ts";
import type { RememberedMap } from "../../src/webview/map-state.ts";
import { seriousFindings } from "./accessible.ts";
import { madeUpMap, PAGES } from "./made-up-map.ts";
import {
  buildPanel,
  openBrowser,
  openPanel,
  type OpenPanel,
  type PanelPageOptions,
} from "./panel-page.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

type OpenMap = OpenPanel<ToMap, FromMap, RememberedMap>;

const STOPPED: MapRun = {
  id: "session 1",
  name: "page-cache-pressure (v5.7)",
  state: "stopped",
  stoppedAt: 21_400_000_000,
  guestPages: PAGES,
};
const DETAILS = {
  pfn: 0x1a200,
  summary: "pfn 0x1a200, balloon",
  fields: [
    { name: "pfn", value: "0x1a200 (107008)" },
    { name: "owner", value: "balloon" },
    { name: "flags", value: "offline" },
    { name: "zone", value: "DMA32" },
    { name: "lru_next", value: "pfn 0x1a201, balloon" },
  ],
};
const CHANGES: readonly Change[] = [
  {
    mark: { dispatch: 812, statement: 40 },
    time: 21_112_000_000,
    text: "page 0x1a200 flags: 0 → 4096",
    thread: "kworker/0:1",
    stack: ["balloon_page_insert", "balloon_page_enqueue", "fill_balloon"],
  },
  {
    mark: { dispatch: 511, statement: 3 },
    time: 15_020_000_000,
    text: "page 0x1a200 flags: 12 → 0",
    thread: "kswapd0",
    stack: ["free_unref_page", "shrink_page_list"],
  },
];

let browser: Browser;
let bundle: PanelPageOptions<RememberedMap>["bundle"];

beforeAll(async () => {
  [browser, bundle] = await Promise.all([openBrowser(), buildPanel("page-map")]);
  mkdirSync("test-results", { recursive: true });
});

afterAll(() => browser?.close());

async function open(options: Partial<PanelPageOptions<RememberedMap>> = {}): Promise<OpenMap> {
  return openPanel({ browser, bundle, texts: mapTexts(), ...options });
}

/** Messages of one kind that the page has sent. */
async function sent<Kind extends FromMap["kind"]>(
  map: OpenMap,
  kind: Kind,
): Promise<Extract<FromMap, { kind: Kind }>[]> {
  const all = await map.received();
  return all.filter((each): each is Extract<FromMap, { kind: Kind }> => each.kind === kind);
}

/** Answers the page's newest wish, as the extension would. */
async function answer(map: OpenMap): Promise<PageMapBody> {
  const { range, resolution } = (await sent(map, "view")).at(-1)!;
  const body = madeUpMap(resolution, range);
  await map.send({ kind: "map", map: body });
  await settled(map);
  return body;
}

async function openWith(options: Partial<PanelPageOptions<RememberedMap>> = {}): Promise<OpenMap> {
  const map = await open(options);
  await map.send({ kind: "run", run: STOPPED });
  await expect.poll(async () => (await sent(map, "view")).length).toBe(1);
  await answer(map);
  return map;
}

async function settled(map: OpenMap): Promise<void> {
  await map.page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** Colour of the map's canvas at a tile's middle, as `r,g,b`. */
async function colorAt(map: OpenMap, x: number, y: number): Promise<string> {
  return map.page
    .locator(".map canvas")
    .first()
    .evaluate(
      (canvas: HTMLCanvasElement, at) => {
        // A copy: reading from the canvas itself is something that Chromium warns of.
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")!;
        copy.drawImage(canvas, 0, 0);
        return copy.getImageData(at.x, at.y, 1, 1).data.slice(0, 3).join();
      },
      { x, y },
    );
}

describe("what the page map shows", () => {
  test("says that nothing has run, then asks for a picture and draws it", async () => {
    const map = await open();
    await map.send({ kind: "run", run: null });
    await settled(map);
    expect(await map.page.locator(".message").innerText()).toContain("press F5");
    expect(await sent(map, "view")).toEqual([]);
    expect(await map.page.getByText("Zoom In").isVisible()).toBe(false);
    expect(await seriousFindings(map.page)).toEqual([]);
    await map.page.screenshot({ path: "test-results/page-map-empty.png" });
    await map.send({ kind: "run", run: { ...STOPPED, state: "running", stoppedAt: null } });
    await expect.poll(async () => (await sent(map, "view")).length).toBe(1);
    const { pagesPerTile } = await answer(map);
    expect(pagesPerTile).toBe(32);
    expect(await map.page.locator(".state").innerText()).toBe("Running");
    expect(await map.page.locator(".bar .note").innerText()).toBe(
      "1 GiB; a tile is 32 pages (128 KiB)",
    );
    const legend = map.page.locator(".state-button");
    expect(await legend.count()).toBe(11);
    expect(await legend.filter({ hasText: "taken by the host" }).innerText()).toMatch(/MiB/);
    expect(await colorAt(map, 1, 1)).not.toBe(await colorAt(map, 200, 300));
    expect(map.complaints).toEqual([]);
    await map.close();
  });

  test("names what is under the mouse, and opens a page of it", async () => {
    const map = await openWith();
    const area = (await map.page.locator(".map").boundingBox())!;
    await map.page.mouse.move(area.x + 1, area.y + 1);
    await expect
      .poll(() => map.page.locator(".place").innerText())
      .toBe("Pages 0x0 to 0x1f, at 0.0 MiB: mostly Kernel and slab");
    await map.page.mouse.click(area.x + 1, area.y + 1);
    expect(await sent(map, "open")).toEqual([
      { kind: "open", range: { first: 0, count: 32 }, state: "kernel" },
    ]);
    await map.page.mouse.move(2, 2);
    await expect.poll(() => map.page.locator(".place").innerText()).toBe("");
    await map.close();
  });

  test("the wheel zooms around the mouse down to single pages, 0 shows all", async () => {
    const map = await openWith();
    const area = (await map.page.locator(".map").boundingBox())!;
    await map.page.mouse.move(area.x + area.width / 2, area.y + area.height / 2);
    for (let notch = 0; notch < 12; notch++) {
      await map.page.mouse.wheel(0, -100);
      await settled(map);
      await answer(map);
    }
    const views = await sent(map, "view");
    expect(views.at(-1)!.range!.count).toBe(64);
    expect(await map.page.locator(".bar .note").innerText()).toBe("256 KiB; a tile is one page");
    await map.page.screenshot({ path: "test-results/page-map-zoomed.png" });
    await expect.poll(async () => (await map.remembered())?.range?.count).toBe(64);
    await map.page.locator(".map").focus();
    await map.page.keyboard.press("0");
    await expect.poll(async () => (await sent(map, "view")).at(-1)!.range).toBeNull();
    await map.close();
  });

  test("one state can be looked at alone", async () => {
    const map = await openWith();
    const before = await colorAt(map, 1, 1);
    const button = map.page.getByRole("button", { name: "Page cache, active" });
    await button.click();
    await settled(map);
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    expect(await colorAt(map, 1, 1)).not.toBe(before);
    await map.page.screenshot({ path: "test-results/page-map-one-state.png" });
    await button.click();
    await settled(map);
    expect(await colorAt(map, 1, 1)).toBe(before);
    await map.close();
  });
});

describe("a page", () => {
  test("shows its fields, is watched, and tells its history", async () => {
    const map = await openWith();
    await map.send({ kind: "page", page: DETAILS });
    const details = map.page.locator(".details");
    await expect.poll(() => details.innerText()).toContain("pfn 0x1a200, balloon");
    expect(await details.locator("dd").allInnerTexts()).toEqual(
      DETAILS.fields.map(({ value }) => value),
    );
    await details.getByRole("button", { name: "Watch" }).click();
    expect(await sent(map, "watch")).toEqual([{ kind: "watch", pfn: DETAILS.pfn }]);
    const history = details.getByRole("button", { name: "History" });
    await history.click();
    expect(await sent(map, "history")).toEqual([{ kind: "history", pfn: DETAILS.pfn }]);
    await map.send({ kind: "history", pfn: DETAILS.pfn, changes: null });
    await expect.poll(() => history.isDisabled()).toBe(true);
    await map.send({ kind: "history", pfn: DETAILS.pfn, changes: CHANGES });
    await expect.poll(() => details.locator("li").count()).toBe(2);
    expect(await details.locator("li").first().innerText()).toMatch(
      /21\.112 s\s+flags: 0 → 4096\s+kworker\/0:1: balloon_page_insert < balloon_page_enqueue/,
    );
    await details.getByRole("button", { name: "15.020 s" }).click();
    expect(await sent(map, "jump")).toEqual([{ kind: "jump", mark: CHANGES[1]!.mark }]);
    expect(await seriousFindings(map.page)).toEqual([]);
    // Another page has another history.
    await map.send({ kind: "page", page: { ...DETAILS, pfn: 5 } });
    await expect.poll(() => details.locator("li").count()).toBe(0);
    expect(map.complaints).toEqual([]);
    await map.close();
  });

  test("cannot be looked into while the guest runs", async () => {
    const map = await openWith();
    await map.send(
      { kind: "run", run: { ...STOPPED, state: "running", stoppedAt: null } },
      { kind: "page", page: { ...DETAILS, fields: [] } },
    );
    const history = map.page.getByRole("button", { name: "History" });
    await expect.poll(() => history.isDisabled()).toBe(true);
    expect(await map.page.locator(".details").innerText()).toContain("Pause the guest");
    expect(await seriousFindings(map.page)).toEqual([]);
    await map.close();
  });

  test("is reached with the keyboard alone, and said to screen readers", async () => {
    const map = await openWith();
    await map.page.locator(".map").focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "Enter"])
      await map.page.keyboard.press(key);
    const [opened] = await sent(map, "open");
    expect(opened!.range.count).toBe(32);
    // Drawn with the next frame, which a busy machine has after the message.
    await expect
      .poll(() => map.page.locator(".place[aria-live]").innerText(), { timeout: 5000 })
      .toContain(`0x${opened!.range.first.toString(16)}`);
    await expect
      .poll(() => map.page.locator(".map").getAttribute("aria-label"), { timeout: 5000 })
      .toMatch(
        /^Map of 1 GiB of the guest's memory\. Free 48\.\d+ MiB, .* Balloon, taken by the host .*\.$/,
      );
    await map.close();
  });

  test("another session starts with nothing chosen", async () => {
    const map = await openWith();
    await map.send({ kind: "page", page: DETAILS });
    await map.send({ kind: "run", run: { ...STOPPED, id: "session 2" } });
    await expect.poll(async () => (await sent(map, "view")).length).toBe(2);
    await answer(map);
    await expect.poll(() => map.page.locator(".details").innerText()).toContain("Click a tile");
    await map.close();
  });
});

describe("themes", () => {
  const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
  test.each(themes)("%s", async (theme) => {
    const map = await openWith({ theme });
    await map.send(
      { kind: "page", page: DETAILS },
      { kind: "history", pfn: DETAILS.pfn, changes: CHANGES },
    );
    await settled(map);
    expect(await seriousFindings(map.page)).toEqual([]);
    expect(map.complaints).toEqual([]);
    await map.close();
  });

  test("a narrow panel has the page below the map", async () => {
    const map = await openWith({ width: 420 });
    await map.send({ kind: "page", page: DETAILS });
    await settled(map);
    const area = (await map.page.locator(".map").boundingBox())!;
    const details = (await map.page.locator(".details").boundingBox())!;
    expect(details.y).toBeGreaterThanOrEqual(area.y + area.height);
    expect(area.width).toBeGreaterThan(380);
    await map.page.screenshot({ path: "test-results/page-map-narrow.png" });
    await map.close();
  });
});
