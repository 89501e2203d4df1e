/** What axe-core finds wrong with a page as it stands: contrast, names, roles, keyboard. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Serious and critical findings, each with the first element that has it; empty when all is well. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The content policy lets no other script in; what the debugger evaluates is not bound by it.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""} ${nodes[0]?.failureSummary ?? ""}`);
}
