/**
 * What "Copy the Samples" copies, by path in the extension. A list, since in the browser the
 * folders of an extension cannot be listed.
 */
import { BUNDLED_LESSONS } from "./lesson-names.ts";

const SCENARIOS = ["commit-5a6b4cc5b7", "oom-notify", "page-cache-pressure"];

const GALLERY = [
  "balloon-takes-too-much",
  "high-water-mark",
  "inflate-against-oom",
  "one-scan-takes-all",
  "out-of-puff",
  "page-cache-gives-way",
  "request-above-balloon",
  "target-between-pages",
  "target-not-kept",
  "thrashing",
  "total-shrinks",
  "unknown-feature",
  "used-grows",
];

/** Scenarios of the lessons. */
const LESSONS = ["busy-no-op", "inflation", "oom", "virtqueues"];

export const SAMPLE_FILES: readonly string[] = [
  ...SCENARIOS.map((name) => `scenarios/${name}.balloon.yaml`),
  ...GALLERY.map((name) => `scenarios/gallery/${name}.balloon.yaml`),
  ...LESSONS.map((name) => `lessons/${name}.balloon.yaml`),
  ...BUNDLED_LESSONS.map((name) => `lessons/${name}`),
];
