/** What a session holds in memory, as far as that is a property of the program. */
import { expect, test } from "vitest";
import { image } from "#model-image";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";

function bytesPerPage(memory: string, pages: number, kernel: string): number {
  const text = `name: budget\nguest:\n  memory: ${memory}\n  kernel: ${kernel}\ntimeline:\n  - wait: 1ms\n`;
  const { scenario, diagnostics } = parseScenario(text, "budget.balloon.yaml");
  if (scenario === null) throw new Error(diagnostics[0]?.message);
  const session = Session.create(scenario, { image, historyBytes: 0 });
  const bytes = session.stateBytes();
  session.dispose();
  return bytes / pages;
}

test.each(["v4.19", "v5.7", "v6.1"])("a page of the guest takes at most 24 bytes, %s", (kernel) => {
  const perPage = bytesPerPage("4GiB", 2 ** 20, kernel);
  // A column that is no longer counted would show here too.
  expect(perPage).toBeGreaterThan(17);
  expect(perPage).toBeLessThanOrEqual(24);
});
