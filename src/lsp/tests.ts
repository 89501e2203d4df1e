/** What of a scenario is a test: its runs, and what it expects of them. */
import { variantsOf, type FixedAxes } from "../scenario/index.ts";
import type { ScenarioDocument } from "./document.ts";
import type { Entry } from "./outline-entry.ts";
import type { ScenarioTests } from "./protocol.ts";

/** Also of a text that cannot run: its tests stay in their places while it is edited. */
export function testsOf(document: ScenarioDocument, fixed: FixedAxes = {}): ScenarioTests {
  const name = document.entry(["name"]);
  const first = document.outline.entries[0];
  const start = name?.start ?? first?.start ?? 0;
  return {
    name: name?.text.replace(/\s+/g, " ").trim() ?? "",
    range: document.range({ start, end: name?.end ?? start }),
    expectations: document.outline.entries.filter(isExpectation).map(({ text, value }) => ({
      text: text.trim(),
      range: document.range(value ?? { start: 0, end: 0 }),
    })),
    variants: variantsOf(document.text, fixed).map(({ name: text, range }) => ({
      text,
      range: document.fromScenario(range),
    })),
  };
}

/** Of the timeline, at its moment, or of the end. */
function isExpectation({ path, value, text }: Entry): boolean {
  if (value === null || text.trim() === "") return false;
  const [section, at, key] = path;
  if (section === "expect") return path.length === 2;
  return section === "timeline" && typeof at === "number" && key === "expect" && path.length === 3;
}
