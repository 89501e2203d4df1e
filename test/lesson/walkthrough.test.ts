/** The walkthrough's picture of two kernels shows lesson two's scenario. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatCount } from "../../src/base/format.ts";
import { runToEnd } from "./run-to-end.ts";

test("the two kernels of the picture moved as many pages as it says", async () => {
  const picture = readFileSync("media/walkthrough/compare.svg", "utf8");
  const scenario = readFileSync("lessons/busy-no-op.balloon.yaml", "utf8");
  const shown = [...picture.matchAll(/>([\d,]+ in, [\d,]+ out)</g)].map(([, text]) => text);
  const came: string[] = [];
  for (const kernel of ["v4.19", "v5.7"]) {
    const { counters } = (await runToEnd(scenario, kernel)).result;
    const [inflated, deflated] = ["balloon_inflate", "balloon_deflate"].map((name) =>
      formatCount(counters[name] ?? NaN),
    );
    came.push(`${inflated} in, ${deflated} out`);
  }
  expect(shown).toEqual(came);
});
