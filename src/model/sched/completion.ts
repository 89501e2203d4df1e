/** kernel/sched/completion.c, v5.7. Sleeps: until somebody completes it. */
import { init_waitqueue_head, wait_event, wake_up, type wait_queue_head } from "./wait.ts";

export interface completion {
  done: number;
  wait: wait_queue_head;
}

export function init_completion(name: string): completion {
  return { done: 0, wait: init_waitqueue_head(name) };
}

export function wait_for_completion(x: completion): void {
  while (x.done === 0) {
    wait_event(x.wait);
  }
  x.done--;
}

export function complete(x: completion): void {
  x.done++;
  wake_up(x.wait);
}
