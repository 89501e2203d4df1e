import { expect, test } from "vitest";
import { counterOf } from "./counters.ts";
import { paneOf } from "./expressions.ts";

test.each([
  ["nr_free_pages", "level", "pages", "memory"],
  ["nr_slab_reclaimable", "level", "pages", "memory"],
  ["nr_kernel_stack", "level", "kibibytes", "memory"],
  ["nr_dirtied", "total", "pages", "activity"],
  ["balloon_pages", "level", "pages", "memory"],
  ["balloon_target", "level", "pages", "memory"],
  ["balloon_inflate", "total", "pages", "activity"],
  ["workingset_nodes", "level", "pages", "memory"],
  ["workingset_refault_file", "total", "pages", "activity"],
  ["workingset_refault", "total", "pages", "activity"],
  ["pgpgin", "total", "kibibytes", "activity"],
  ["pgscan_kswapd", "total", "pages", "activity"],
  ["pgscan_direct_throttle", "total", "number", "activity"],
  ["allocstall_movable", "total", "number", "activity"],
  ["oom_kill", "total", "number", "activity"],
  ["host_resident_pages", "level", "pages", "memory"],
  ["inflate_in_flight", "level", "number", "activity"],
])("%s is a %s of %s, in the plot of %s", (name, kind, quantity, pane) => {
  expect(counterOf(name)).toEqual({ kind, quantity });
  expect(paneOf(name)).toBe(pane);
});
