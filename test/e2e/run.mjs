/**
 * The whole product in the real workbench, from the package and not from the repository: a mistake in
 * a scenario put right; a scenario's tests; F5, stopped in the OOM notifier, a value read, one step
 * forward and back, a chart, every widget of the debugger, and a lesson. `UPDATE_SCREENSHOT=1` renews the README's picture.
 */
import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../tools/run.mjs";
import { startEditor } from "./harness.mjs";
import { installPackage } from "./installed.mjs";
import { useTheWidgets } from "./debugging.mjs";
import { writeOneScenario } from "./language.mjs";
import { takeLessonTwo } from "./lesson.mjs";
import { runTests } from "./tests.mjs";
import { until, Workbench } from "./workbench.mjs";

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

/** The legend, the axes, and a few curves. */
const FEWEST_COLOURS = 4;

const results = join(root, "test-results");
await mkdir(results, { recursive: true });
const extension = await installPackage(root);
const editor = await startEditor({ root, extension, folder: join(root, "scenarios") });
try {
  const workbench = new Workbench(editor.page);
  await writeOneScenario(workbench, editor.page);
  await runTests(workbench, editor.page);
  const first = await debugOneStop(workbench);
  await useTheWidgets(workbench, editor.page, first);
  await takeLessonTwo(workbench, editor.page);
  console.log(
    "a scenario corrected; stopped in the OOM notifier, every widget used; a lesson taken",
  );
} catch (error) {
  await editor.page.screenshot({ path: join(results, "workbench-failed.png") }).catch(() => {});
  console.log(error instanceof Error ? error.message : error);
  console.log("test-results/workbench-failed.png shows the page. Its complaints:");
  for (const line of editor.problems.slice(-20)) console.log(`  ${line.slice(0, 200)}`);
  process.exitCode = 1;
} finally {
  await editor.close();
}

async function debugOneStop(/** @type {Workbench} */ workbench) {
  await workbench.openFile(SCENARIO);
  await workbench.addFunctionBreakpoint(NOTIFIER);
  await workbench.openFile(SCENARIO);
  await workbench.press("F5");

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
  await workbench.expandVariable("vb");
  const pages = await until("vb->num_pages", () => workbench.variable("num_pages"));
  assert.match(pages, /[1-9]/, "at the first notification the balloon is not empty");

  // leak_balloon waits for the host; back again, its pages are in the balloon as they were.
  await stepTo(workbench, "F10", first + 2);
  await until("smaller balloon", async () => differs(pages, await workbench.variable("num_pages")));
  await workbench.clickToolbar("step-back");
  await until("line before", async () => (await workbench.stoppedLine()) === first + 1);
  await until("balloon as before", async () => {
    // The view sometimes folds what was open.
    await workbench.expandVariable("vb");
    return (await workbench.variable("num_pages")) === pages;
  });

  await until("chart", async () => {
    const colours = await workbench.chartColours();
    return colours && colours.size >= FEWEST_COLOURS;
  });
  await workbench.screenshot(join(results, "workbench.png"));
  if (process.env["UPDATE_SCREENSHOT"] === "1") {
    await mkdir(join(root, "docs/images"), { recursive: true });
    await copyFile(join(results, "workbench.png"), join(root, "docs/images/workbench.png"));
  }
  return first;
}

/** @param {Workbench} workbench @param {string} key @param {number} line */
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
