/** F5, stopped in the OOM notifier: its stack, a value, one step forward and back. */
import assert from "node:assert/strict";
import { until } from "./until.mjs";

const SCENARIO = "oom-notify.balloon.yaml";
const NOTIFIER = "virtio_balloon_oom_notify";

/**
 * From the notifier to the task and the line of the scenario that started it, innermost first.
 * Other frames may stand between these.
 */
const EXPECTED_STACK = [
  NOTIFIER,
  "out_of_memory",
  "__alloc_pages_slowpath",
  "handle_mm_fault",
  "memhogMain",
  "run: memhog",
];

/**
 * @param {import("./workbench.mjs").Workbench} workbench
 * @returns {Promise<number>} line of the notifier's first statement; the guest stands in the next one
 */
export async function debugOneStop(workbench) {
  await workbench.openFile(SCENARIO);
  await workbench.addFunctionBreakpoint(NOTIFIER);
  await workbench.openFile(SCENARIO);
  await workbench.press("F5");
  await workbench.showDebugView();
  await until(`${NOTIFIER} in the call stack`, async () =>
    (await workbench.callStack()).includes(NOTIFIER),
  );
  await workbench.collapse("Watch");
  await workbench.collapse("Breakpoints");
  await until(`call stack from ${EXPECTED_STACK.join(" to ")}`, async () =>
    isInOrder(EXPECTED_STACK, await workbench.callStack()),
  );
  const first = await until("line of the stop", () => workbench.stoppedLine());

  await stepTo(workbench, "F10", first + 1);
  const pages = await until("vb->num_pages", () => workbench.field("vb", "num_pages"));
  assert.match(pages, /[1-9]/, "at the first notification the balloon is not empty");

  // leak_balloon waits for the host; back again, its pages are in the balloon as they were.
  await stepTo(workbench, "F10", first + 2);
  await until("smaller balloon", async () =>
    differs(pages, await workbench.field("vb", "num_pages")),
  );
  await workbench.clickToolbar("step-back");
  await until("line before", async () => (await workbench.stoppedLine()) === first + 1);
  await until(
    "balloon as before",
    async () => (await workbench.field("vb", "num_pages")) === pages,
  );
  return first;
}

/** @param {import("./workbench.mjs").Workbench} workbench @param {string} key @param {number} line */
async function stepTo(workbench, key, line) {
  await workbench.press(key);
  await until(`stop in line ${line}`, async () => (await workbench.stoppedLine()) === line);
}

/** @returns {boolean} false while the view is being filled */
function differs(/** @type {string} */ before, /** @type {string | null} */ now) {
  return now !== null && now !== before;
}

/** True when rows begin with `names` in this order, whatever stands between. */
function isInOrder(/** @type {string[]} */ names, /** @type {string[]} */ rows) {
  let from = 0;
  return names.every((name) => {
    const at = rows.findIndex((row, index) => index >= from && row.startsWith(name));
    from = at + 1;
    return at >= 0;
  });
}
