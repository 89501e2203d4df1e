/**
 * The whole product in the real workbench, from the package and not from the repository:
 * `node test/e2e/run.mjs web` in VS Code for the Web, `... desktop` in code-server.
 * `UPDATE_SCREENSHOT=1` renews the README's picture.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../tools/run.mjs";
import { installDesktopEditor } from "../../tools/desktop-host/install.mjs";
import { startDesktopHost } from "../../tools/desktop-host/server.mjs";
import { startWebHost } from "../../tools/web-host/server.mjs";
import { useTheWidgets } from "./debugging.mjs";
import { compareKernels } from "./comparing.mjs";
import { smallPng } from "../small-png.mjs";
import { openInBrowser } from "./harness.mjs";
import { PACKAGE, unpackPackage } from "./installed.mjs";
import { writeOneScenario } from "./language.mjs";
import { takeLessonTwo } from "./lesson.mjs";
import { seeChart, usePanels } from "./panels.mjs";
import { workRestricted } from "./restricted.mjs";
import { debugOneStop } from "./stop.mjs";
import { runTests } from "./tests.mjs";
import { Workbench } from "./workbench.mjs";

const results = join(root, "test-results");
const samples = join(root, "scenarios");
const summary =
  "a scenario corrected, run and compared; a stop, every panel and widget used; a lesson taken";
const kind = process.argv[2] === "desktop" ? "desktop" : "web";

await mkdir(results, { recursive: true });
const { page, problems, close } = await openInBrowser(await startHost());
try {
  const workbench = new Workbench(page);
  // In the browser the samples are a virtual workspace, which is trusted as it is.
  if (kind === "desktop") await workRestricted(workbench, page);
  await writeOneScenario(workbench, page);
  await runTests(workbench, page);
  await compareKernels(workbench, page);
  const first = await debugOneStop(workbench);
  await seeChart(workbench);
  await keepPicture();
  await usePanels(workbench, first);
  await useTheWidgets(workbench, page, first);
  await takeLessonTwo(workbench);
  console.log(summary);
} catch (error) {
  const picture = `test-results/${kind}-failed.png`;
  await page.screenshot({ path: join(root, picture) }).catch(() => {});
  console.log(error instanceof Error ? (error.stack ?? error.message) : error);
  console.log(`${picture} shows the page. Its complaints:`);
  for (const line of problems.slice(-20)) console.log(`  ${line.slice(0, 200)}`);
  process.exitCode = 1;
} finally {
  await close();
}

async function startHost() {
  if (kind === "desktop") {
    const editor = await installDesktopEditor();
    return startDesktopHost({ editor, vsix: join(root, PACKAGE), samples });
  }
  return startWebHost({ root, extension: await unpackPackage(root), folder: samples, port: 0 });
}

async function keepPicture() {
  const picture = join(results, `${kind}.png`);
  await page.screenshot({ path: picture });
  if (kind === "web" && process.env["UPDATE_SCREENSHOT"] === "1") {
    await writeFile(join(root, "docs/images/workbench.png"), smallPng(await readFile(picture)));
  }
}
