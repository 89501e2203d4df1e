import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ringsTexts } from "../../src/extension/rings-texts.ts";
import type { DescriptorState, RingView } from "../../src/webview/rings-model.ts";
import type { FromRings, RingsRun, ToRings } from "../../src/webview/rings-protocol.ts";
import { seriousFindings } from "./accessible.ts";
import {
  buildPanel,
  openBrowser,
  openPanel,
  type OpenPanel,
  type PanelPageOptions,
} from "./panel-page.ts";
import type { ThemeName } from "./themes.ts";

vi.mock("vscode", () => ({ l10n: { t: (text: string) => text } }));

type OpenRings = OpenPanel<ToRings, FromRings, null>;

const STOPPED: RingsRun = {
  id: "session 1",
  name: "page-cache-pressure (v5.7)",
  state: "stopped",
  stoppedAt: 21_400_000_000,
};

/** A queue of which some descriptors are in use, from `first` on, in the order of their way. */
function madeUpQueue(
  queue: string,
  size: number,
  packed: boolean,
  [first, used, device, available]: readonly [number, number, number, number],
): RingView {
  const busy = used + device + available;
  const stateOf = (n: number): DescriptorState =>
    n < used ? "used" : n < used + device ? "device" : n < busy ? "available" : "free";
  const at = (slot: number): number => (slot - first + size) % size;
  const live = (slot: number, from: number, count: number): boolean =>
    at(slot) >= from && at(slot) < from + count;
  const slots = Array.from({ length: size }, (_, slot) => slot);
  return {
    device: "virtio0",
    queue,
    packed,
    size,
    free: size - busy,
    descriptors: slots.map((slot) => {
      const state = stateOf(at(slot));
      return {
        state,
        buffer: state === "free" ? -1 : slot,
        address: `0x${(0x3f00000 + slot * 1024).toString(16)}`,
        length: state === "free" ? 0 : 1024,
        flags: [],
      };
    }),
    available: packed ? [] : slots.map((id) => ({ id, live: live(id, used + device, available) })),
    used: packed ? [] : slots.map((id) => ({ id, length: 0, live: live(id, 0, used) })),
    indices: packed
      ? [
          { name: "next_avail_idx", value: first + busy },
          { name: "last_avail_idx", value: first + used + device },
          { name: "used_idx", value: first + used },
          { name: "last_used_idx", value: first },
        ]
      : [
          { name: "avail->idx", value: first + busy + 2 * size },
          { name: "last_avail_idx", value: first + used + device + 2 * size },
          { name: "used->idx", value: first + used + 2 * size },
          { name: "last_used_idx", value: first + 2 * size },
        ],
  };
}

const QUEUES = [
  madeUpQueue("inflate", 128, false, [20, 6, 4, 14]),
  madeUpQueue("deflate", 128, false, [0, 0, 0, 0]),
  madeUpQueue("stats", 16, true, [3, 1, 2, 1]),
];

let browser: Browser;
let bundle: PanelPageOptions<null>["bundle"];

beforeAll(async () => {
  [browser, bundle] = await Promise.all([openBrowser(), buildPanel("rings")]);
  mkdirSync("test-results", { recursive: true });
});

afterAll(() => browser?.close());

async function open(theme: ThemeName = "dark"): Promise<OpenRings> {
  return openPanel({ browser, bundle, texts: ringsTexts(), theme, height: 760 });
}

test("says what it waits for, and that there is nothing", async () => {
  const rings = await open();
  const message = rings.page.locator(".message");
  expect(await rings.received()).toEqual([{ kind: "ready" }]);
  await rings.send({ kind: "run", run: null });
  expect(await message.innerText()).toContain("press F5");
  expect(await seriousFindings(rings.page)).toEqual([]);
  await rings.send({ kind: "run", run: { ...STOPPED, state: "running", stoppedAt: null } });
  expect(await message.innerText()).toContain("when the guest stops");
  await rings.send({ kind: "rings", body: { queues: [] } });
  expect(await message.innerText()).toContain("no virtqueues yet");
  expect(rings.complaints).toEqual([]);
  await rings.close();
});

test("draws each queue, and tells the same in words", async () => {
  const rings = await open();
  await rings.send({ kind: "run", run: STOPPED }, { kind: "rings", body: { queues: QUEUES } });
  const [inflate, deflate, stats] = await rings.page.locator("section").all();
  expect(await inflate!.locator("h2").innerText()).toBe("virtio0 inflate");
  expect(await inflate!.locator("header .note").innerText()).toBe(
    "split: of 128 descriptors 14 offered, 4 with the device, 6 given back, 104 free",
  );
  // Two rings; a part that is in use divides a ring's free part where it begins and ends.
  expect(await inflate!.locator(".rings path.slot").count()).toBe(7);
  expect(await inflate!.locator(".rings path.device.slot").count()).toBe(1);
  expect(await inflate!.locator(".rings path.pointer").count()).toBe(4);
  expect(await inflate!.locator(".busy").textContent()).toBe("24");
  expect(await inflate!.locator("rect.device").count()).toBe(4);
  expect(await inflate!.locator(".indices li").allInnerTexts()).toEqual([
    "▼avail->idx 300",
    "▽last_avail_idx 286",
    "△used->idx 282",
    "▲last_used_idx 276",
  ]);
  expect(await inflate!.locator("tbody tr").count()).toBe(16);
  expect(await inflate!.locator("tbody tr").first().innerText()).toMatch(
    /^20\s+Given back.*0x3f05000\s+1,024\s+0\s+20$/s,
  );
  expect(await inflate!.innerText()).toContain("and 8 more");
  expect(await deflate!.innerText()).toContain("All descriptors are free.");
  expect(await stats!.locator(".rings path.edge").count()).toBe(16);
  expect(await inflate!.locator("svg.rings").getAttribute("aria-label")).toMatch(
    /^Available ring \(outside\) and used ring \(inside\) of inflate: of 128 descriptors/,
  );
  expect(rings.complaints).toEqual([]);
  await rings.close();
});

test("what is shown while the guest runs is of the last stop; another session shows nothing", async () => {
  const rings = await open();
  await rings.send(
    { kind: "run", run: STOPPED },
    { kind: "rings", body: { queues: QUEUES } },
    { kind: "run", run: { ...STOPPED, state: "running", stoppedAt: null } },
  );
  expect(await rings.page.locator(".bar .note").innerText()).toBe("as at the last stop");
  expect(await seriousFindings(rings.page)).toEqual([]);
  await rings.send({ kind: "run", run: { ...STOPPED, id: "session 2", state: "starting" } });
  expect(await rings.page.locator("section").count()).toBe(0);
  await rings.close();
});

const themes: readonly ThemeName[] = ["dark", "light", "high-contrast", "high-contrast-light"];
test.each(themes)("%s", async (theme) => {
  const rings = await open(theme);
  await rings.send({ kind: "run", run: STOPPED }, { kind: "rings", body: { queues: QUEUES } });
  await rings.page.locator("section").first().waitFor();
  expect(await seriousFindings(rings.page)).toEqual([]);
  expect(rings.complaints).toEqual([]);
  await rings.close();
});
