/** A shell in the guest that writes to a file in /proc/sys. */
import { start_thread } from "../../machine/primitives.ts";
import type { step_config } from "../config.ts";
import { sysctl_write } from "../init/sysctl.ts";
import {
  complete,
  init_completion,
  wait_for_completion,
  type completion,
} from "../sched/completion.ts";
import type { task_struct } from "../sched/core.ts";
import { create_task, release_task } from "../sched/fork.ts";

interface sysctl_args {
  /** `vm.drop_caches`, as sysctl(8) names it. */
  file: string;
  value: number;
}

interface shell_args {
  task: task_struct;
  command: sysctl_args;
  written: completion;
}

/** `sysctl FILE=VALUE`; returns when the write has returned. */
export function runSysctl(step: step_config, file: string): void {
  wait_for_completion(startShell({ file, value: step.amount }, step.line));
}

/** The same for the user of the debugger: comes as an interrupt, and nobody waits. */
export function sysctlByUser(args: sysctl_args): void {
  startShell(args, -1);
}

function startShell(command: sysctl_args, line: number): completion {
  const task = create_task("sh", 0);
  const written = init_completion(command.file);
  const args: shell_args = { task, command, written };
  start_thread(
    task,
    { kind: "task", cpu: 0, bound: false, line },
    { handler: shellMain, data: args },
  );
  return written;
}

function shellMain(args: shell_args): void {
  sysctl_write(args.command.file, args.command.value);
  release_task(args.task);
  complete(args.written);
}
