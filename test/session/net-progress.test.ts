/** The exception filters "No net progress" and "Allocation failed": what the project is about, to stop at. */
import { expect, test } from "vitest";
import { open, stack } from "./small-guest.ts";

/** Target and page cache together are more than the guest has. */
const PRESSED = `guest: { memory: 128MiB, cpus: 2, thp: never, files: { big: 80MiB } }
device: { features: [deflate-on-oom] }
costs: tcg
timeline:
  - run: cat big --loop
    name: reader
  - wait: 1s
  - balloon: 100MiB
  - wait: 20s
  - kill: reader
`;

test("a balloon that reclaim empties as fast as it fills stops the guest, once", async () => {
  const session = open({ text: PRESSED, kernel: "v4.19" });
  session.setExceptionFilters(["no-progress"]);
  const stop = await session.execute("continue");
  expect(stop.reason).toMatchObject({
    kind: "exception",
    filter: "no-progress",
    text: "No net progress: pages go into the balloon and come out again",
  });
  expect(stack(session, stop).slice(0, 4)).toEqual([
    "no_net_progress",
    "balloon_watch_progress",
    "takePages",
    "virtio_balloon_handle_output",
  ]);
  expect(stop.time).toBeGreaterThan(6e9);
  const inside = (name: string) =>
    Number.parseInt(session.evaluate(name, null).value?.value ?? "", 10);
  expect(inside("balloon_inflate") - inside("balloon_deflate")).toBeLessThan(25_600);
  expect(inside("balloon_deflate")).toBeGreaterThan(16_384);
  const next = await session.execute("continue");
  expect(next.reason.kind).toBe("end");
  expect((await session.execute("reverseContinue")).reason).toEqual(stop.reason);
});

test("the cure makes progress, and a guest that has nothing to give is not busy", async () => {
  for (const rest of ["", "  - balloon: 124MiB\n  - wait: 10s\n"]) {
    const session = open({ text: PRESSED + rest, kernel: "v5.7" });
    session.setExceptionFilters(["no-progress"]);
    expect((await session.execute("continue")).reason.kind).toBe("end");
  }
});

test("an allocation that fails can be asked for by its order", async () => {
  const session = open({ text: `${PRESSED}  - balloon: 124MiB\n  - wait: 1s\n` });
  session.setExceptionFilters([{ filter: "alloc-failure", condition: "order == 0" }]);
  const stop = await session.execute("continue");
  expect(stop.reason).toMatchObject({ filter: "alloc-failure", text: "A page allocation fails" });
  expect(stack(session, stop).slice(0, 2)).toEqual(["warn_alloc", "__alloc_pages_slowpath"]);
  const { frames } = session.stack(stop.thread, 0, 1);
  expect(session.evaluate("order", frames[0]!.id).value?.value).toBe("0");
});
