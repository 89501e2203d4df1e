import { expect, test } from "vitest";
import { readOptions, USAGE } from "./options.ts";

test.each([
  ["--hepl", /hepl/],
  ["quick", /quick/],
  ["--lists --steps", /--steps and --lists exclude each other/],
  ["--history", /--history is for --headline/],
  ["--quick --headline", /--quick leaves nothing of --headline/],
])("%s is refused", (args, message) => {
  expect(() => readOptions(args.split(" "))).toThrow(message);
});

test("what is asked for is known, and the usage names it", () => {
  const { steps, quick, help, json } = readOptions(["--steps", "--quick"]);
  expect({ steps, quick, help, json }).toEqual({
    steps: true,
    quick: true,
    help: false,
    json: false,
  });
  for (const name of Object.keys(readOptions([]))) expect(USAGE).toContain(`--${name} `);
});
