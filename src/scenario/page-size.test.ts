import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";

const TIMELINE = `
timeline:
  - run: memhog 65KiB --rate 1MiB/s
  - run: forker 1MiB --children 2
  - balloon: 68KiB
  - host-pressure: 128KiB
  - migrate: 64MiB/s
`;

function configOf(guest: string, more = ""): ReturnType<typeof parseScenario> {
  return parseScenario(`guest: { memory: 1GiB, ${guest} }${more}${TIMELINE}`, "x");
}

test("a guest with pages of 64 KiB counts in these, its balloon and its host in 4 KiB", () => {
  const { scenario } = configOf(
    "page-size: 64KiB, swap: 100KiB, files: { a: 65KiB }, disk-limit: 1MiB/s",
    "\nhost: { page-size: 2MiB }",
  );
  const config = scenario!.config;
  expect(config).toMatchObject({
    page_shift: 16,
    nr_pages: 16_384,
    nr_swap_pages: 1,
    disk_limit: 16,
    files: [{ name: "a", nr_pages: 2 }],
    host_page_pages: 32,
    thp: false,
  });
  expect(config.timeline.map(({ amount, rate }) => [amount, rate])).toEqual([
    [2, 16],
    [16, 0],
    [17, 0],
    [32, 0],
    [0, 16_384],
  ]);
});

test("what moves the bytes of a page costs sixteen times as much, the rest as before", () => {
  const [small, large] = ["4KiB", "64KiB"].map(
    (size) => configOf(`page-size: ${size}`).scenario!.config.costs,
  );
  expect(large!.file_read_hit).toBe(16 * small!.file_read_hit);
  expect(large!.balloon_inflate).toBe(small!.balloon_inflate);
  expect(large!.host_inflate).toBe(small!.host_inflate);
});

test.each([
  ["page-size: 16KiB", "`16KiB` is not a value of `page-size`"],
  ["page-size: 64KB", "did you mean `64KiB`?"],
  ["page-size: 64KiB, thp: always", "With pages of 64 KiB a huge page has 512 MiB"],
])("%s: %s", (guest, message) => {
  const { scenario, diagnostics } = configOf(guest);
  expect(scenario).toBeNull();
  expect(diagnostics.map((each) => each.message).join("\n")).toContain(message);
});
