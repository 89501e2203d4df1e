/**
 * A program that forks some children at a time. Each touches its memory, which may be huge pages,
 * and exits; when all have done so, the next ones are forked. Killing it by name kills the children
 * with it. What fork copies is not modelled.
 */
import { charge, cond_resched } from "../../machine/primitives.ts";
import { config, type step_config } from "../config.ts";
import { fatal_signal_pending, type task_struct } from "../sched/core.ts";
import { wait_event, wake_up, type wait_queue_head } from "../sched/wait.ts";
import { createProcess, do_exit, startProcess, touchPages } from "./process.ts";

interface forker_args {
  task: task_struct;
  step: step_config;
  /** Children that have not exited. */
  alive: number;
  wait_chldexit: wait_queue_head;
}

interface child_args {
  task: task_struct;
  parent: forker_args;
}

export function startForker(step: step_config): task_struct {
  const task = createProcess(step, 0, 0);
  const args: forker_args = {
    task,
    step,
    alive: 0,
    wait_chldexit: { name: "wait_chldexit", waiters: [] },
  };
  startProcess(task, step, { handler: forkerMain, data: args });
  return task;
}

function forkerMain(args: forker_args): void {
  while (!fatal_signal_pending(args.task)) {
    forkChildren(args);
    waitForChildren(args);
  }
  do_exit(args.task);
}

function forkChildren(args: forker_args): void {
  for (let i = 0; i < args.step.count; i++) {
    kernel_clone(args);
    cond_resched();
  }
}

function kernel_clone(parent: forker_args): void {
  const task = createProcess(parent.step, parent.step.amount, 0);
  const args: child_args = { task, parent };
  parent.alive++;
  charge(config.costs.fork);
  startProcess(task, parent.step, { handler: childMain, data: args });
}

/** waitpid() until there are none, or until the signal that ends everything. */
function waitForChildren(args: forker_args): void {
  while (args.alive > 0 && !fatal_signal_pending(args.task)) {
    wait_event(args.wait_chldexit);
  }
}

function childMain(args: child_args): void {
  touchPages(args.task, 0, args.parent.step.amount);
  do_exit(args.task);
  args.parent.alive--;
  wake_up(args.parent.wait_chldexit);
}
