/**
 * `npm test`: everything that is checked, one section after the other. The last line is
 * `N passed, N failed`, and `, N skipped` when something could not be run here; a section counts as
 * one test, the test runner's as many as it has.
 */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { installDesktopEditor } from "./desktop-host/install.mjs";
import { root, run, runPackage } from "./run.mjs";
import { ensureChromium, ensurePackages } from "./setup.mjs";

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {number} [skipped]
 * @property {string} output
 * @property {string} [note]
 */

const RESULTS = "test-results/vitest.json";

/** @type {[name: string, run: () => Promise<Outcome>][]} */
const sections = [
  ["setup", setup],
  ["browser", browser],
  ["build", build],
  ["types", async () => checked(await (await import("./typecheck.mjs")).typecheck())],
  ["lint", async () => checked(await (await import("./lint.mjs")).lint())],
  ["format", format],
  ["tests", unitTests],
  ["package", () => script("tools/package.mjs")],
  ["bundles", () => script("test/e2e/bundles.mjs")],
  ["web", () => onceMore(() => script("test/e2e/run.mjs", "web"))],
  ["desktop", desktop],
];

let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, section] of sections) {
  process.stdout.write(name.padEnd(12));
  const start = performance.now();
  const outcome = await section().catch((error) => failure(messageOf(error)));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  passed += outcome.passed;
  failed += outcome.failed;
  skipped += outcome.skipped ?? 0;
  report(outcome, seconds);
  // Without packages or bundles all that follows would only repeat that.
  if (outcome.failed > 0 && (name === "setup" || name === "build")) break;
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;

function report(/** @type {Outcome} */ outcome, /** @type {string} */ seconds) {
  const verdict = outcome.failed > 0 ? "FAILED" : outcome.skipped ? "skipped" : "ok";
  const colours = { FAILED: 31, skipped: 33, ok: 32 };
  const padded = paint(colours[verdict], verdict) + " ".repeat(8 - verdict.length);
  console.log(`${padded}${seconds.padStart(6)} s  ${outcome.note ?? ""}`.trimEnd());
  if (outcome.failed > 0) console.log(`\n${outcome.output.trim()}\n`);
}

function paint(/** @type {number} */ colour, /** @type {string} */ text) {
  const plain = !process.stdout.isTTY || process.env["NO_COLOR"];
  return plain ? text : `\u001b[${colour}m${text}\u001b[0m`;
}

/** @returns {Promise<Outcome>} */
async function setup() {
  let note = "";
  await ensurePackages((line) => (note = line));
  await rm(join(root, "test-results"), { recursive: true, force: true });
  await mkdir(join(root, "test-results"), { recursive: true });
  return { ...success(), note };
}

/** Some tests draw in Chromium; all others run without it. @returns {Promise<Outcome>} */
async function browser() {
  let note = "";
  await ensureChromium((line) => (note = line));
  return { ...success(), note };
}

/** Unit tests, laws, golden runs and the debug adapter: whatever vitest finds. @returns {Promise<Outcome>} */
async function unitTests() {
  const { code, output } = await runPackage("vitest", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${RESULTS}`,
  ]);
  const note = /^LAW_SEED=\d+$/m.exec(output)?.[0] ?? "";
  const text = await readFile(join(root, RESULTS), "utf8").catch(() => null);
  if (text === null) return failure(output);
  const results = /** @type {Results} */ (JSON.parse(text));
  // A file that cannot be loaded has no tests to fail; a skipped test is one that nobody ran.
  const broken = results.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  ).length;
  const skipped = results.numPendingTests + results.numTodoTests;
  const bad = results.numFailedTests + broken + skipped;
  const silent = code !== 0 && bad === 0 ? 1 : 0;
  const counts = `${results.numPassedTests} tests, ${results.testResults.length} files`;
  return {
    passed: results.numPassedTests,
    failed: bad + silent,
    output: failuresIn(output) + (skipped > 0 ? `\n${skipped} tests were skipped.` : ""),
    note: `${counts}, ${note}`,
  };
}

/** Leaves out the long list of what went well before the details of what did not. */
function failuresIn(/** @type {string} */ output) {
  const start = output.search(/^\W*Failed (Tests|Suites)/m);
  return start < 0 ? output : output.slice(start);
}

/**
 * What of vitest's report is read here.
 * @typedef {object} Results
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: unknown[] }[]} testResults
 */

/** A script of ours: its last line says what it found. @returns {Promise<Outcome>} */
async function script(/** @type {string[]} */ ...args) {
  const { code, output } = await run(process.execPath, args);
  const note = output.trimEnd().split("\n").at(-1) ?? "";
  return { ...checked({ ok: code === 0, output }), note: code === 0 ? note : "" };
}

/**
 * The same in VS Code with an extension host for Node. Where that cannot be had, this is said, and
 * counts as skipped: its registry or its platform is not what is tested here.
 *
 * @returns {Promise<Outcome>}
 */
async function desktop() {
  try {
    await installDesktopEditor();
  } catch (error) {
    const [reason = ""] = messageOf(error).split("\n");
    return { passed: 0, failed: 0, skipped: 1, output: "", note: reason };
  }
  return onceMore(() => script("test/e2e/run.mjs", "desktop"));
}

/**
 * A mouse in somebody else's window misses now and then on a busy machine: one more try, in a new
 * browser, and the report says that it was needed.
 *
 * @returns {Promise<Outcome>}
 */
async function onceMore(/** @type {() => Promise<Outcome>} */ attempt) {
  const first = await attempt();
  if (first.failed === 0) return first;
  const second = await attempt();
  const [reason = ""] = first.output.split("\n");
  return second.failed > 0
    ? { ...second, output: `${first.output}\n\n${second.output}` }
    : { ...second, note: `${second.note} (second try; the first: ${reason})` };
}

/** @returns {Promise<Outcome>} */
async function build() {
  const { code, output } = await run(process.execPath, ["esbuild.mjs", "--minify"]);
  return checked({ ok: code === 0, output });
}

/** @returns {Promise<Outcome>} */
async function format() {
  const args = ["--check", "--log-level", "warn", "."];
  const { code, output } = await runPackage("prettier", args);
  return checked({ ok: code === 0, output });
}

/** @returns {Outcome} */
function checked(/** @type {{ ok: boolean, output: string }} */ { ok, output }) {
  return ok ? success() : failure(output);
}

/** @returns {Outcome} */
function success() {
  return { passed: 1, failed: 0, output: "" };
}

/** @returns {Outcome} */
function failure(/** @type {string} */ output) {
  return { passed: 0, failed: 1, output };
}

function messageOf(/** @type {unknown} */ error) {
  return error instanceof Error ? error.message : String(error);
}
