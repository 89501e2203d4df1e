/** What each exception filter looks for. */
import type { ExceptionFilter } from "./types.ts";

/** Filters that stop where a function of the model is entered. */
export const FILTER_FUNCTIONS: Partial<Record<ExceptionFilter, readonly string[]>> = {
  "oom-notify": ["virtio_balloon_oom_notify", "virtballoon_oom_notify"],
  "oom-kill": ["oom_kill_process"],
  "direct-reclaim": ["try_to_free_pages"],
  "balloon-shrink": ["virtio_balloon_shrinker_scan"],
  "no-progress": ["no_net_progress"],
  "alloc-failure": ["warn_alloc"],
};

/** Filters that stop after the dispatch in which the model marked a moment. */
export const FILTER_EVENTS: Partial<Record<ExceptionFilter, string>> = {
  "out-of-puff": "out_of_puff",
  expectation: "expectation",
  invariant: "bug",
};

export const FILTER_TEXTS: Record<ExceptionFilter, string> = {
  "oom-notify": "The balloon's OOM notifier is called",
  "oom-kill": "The OOM killer has chosen a victim",
  "out-of-puff": "Out of puff: the balloon's page allocation failed",
  "no-progress": "No net progress: pages go into the balloon and come out again",
  "alloc-failure": "A page allocation fails",
  "direct-reclaim": "A task enters direct reclaim",
  "balloon-shrink": "Reclaim shrinks the balloon",
  invariant: "An invariant of the model is broken",
  expectation: "An expectation of the scenario failed",
};
