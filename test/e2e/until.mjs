/** Waiting for what is to be seen. */
import { setTimeout as sleep } from "node:timers/promises";
import { errors } from "playwright-core";

/** Long, because two shared cores can be slow; nothing waits that long when all is well. */
export const PATIENCE_MS = 120_000;

/**
 * Asks again until the answer is something; on slow machines everything takes its time. What is not
 * there yet when it is looked at counts as no answer.
 *
 * @template T
 * @param {string} what it is, for the error
 * @param {() => Promise<T | null | undefined | false>} ask
 * @returns {Promise<T>}
 */
export async function until(what, ask) {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const answer = await ask().catch(nothingYet);
    if (answer) return answer;
    await sleep(100);
  }
  throw new Error(`After ${PATIENCE_MS / 1000} s there is still no ${what}.`);
}

/** @returns {null} */
function nothingYet(/** @type {unknown} */ error) {
  if (error instanceof errors.TimeoutError) return null;
  throw error;
}
