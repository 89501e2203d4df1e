/** The lessons that come with the extension; in the browser its folders cannot be listed. */
export const BUNDLED_LESSONS = [
  "1-inflation.lesson.md",
  "2-busy-no-op.lesson.md",
  "3-oom.lesson.md",
  "4-virtqueues.lesson.md",
];
