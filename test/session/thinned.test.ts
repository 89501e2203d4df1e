/** Going back when checkpoints that it began with make room for others on the way. */
import { afterEach, expect, test, vi } from "vitest";
import { History } from "../../src/session/history.ts";
import { inFunction, open } from "./small-guest.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("the last stop is found though the checkpoint before it is dropped meanwhile", async () => {
  const session = open();
  session.setFunctionBreakpoints([inFunction("tell_host")]);
  const seen: string[] = [];
  for (let i = 0; i < 12; i++) {
    await session.execute("continue");
    seen.push(session.fingerprint());
  }
  const { restoreAtOrBefore } = History.prototype;
  let last = 0;
  vi.spyOn(History.prototype, "restoreAtOrBefore").mockImplementation(function (
    this: History,
    dispatch,
    usable,
  ) {
    // Whoever comes back to the checkpoint that was restored last finds nothing but the start.
    const found = dispatch === last ? 0 : dispatch;
    for (last = found; last > 0 && !this.hasAt(last);) last--;
    return restoreAtOrBefore.call(this, found, usable);
  });
  for (const print of seen.slice(0, -1).toReversed().slice(0, 4)) {
    await session.execute("reverseContinue");
    expect(session.fingerprint()).toBe(print);
  }
});
