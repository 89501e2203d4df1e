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

interface shell_args {
  task: task_struct;
  /** `vm.drop_caches`, as sysctl(8) names it. */
  file: string;
  value: number;
  written: completion;
}

/** `sysctl FILE=VALUE`; returns when the write has returned. */
export function runSysctl(step: step_config, file: string): void {
  const task = create_task("sh", 0);
  const written = init_completion(file);
  const args: shell_args = { task, file, value: step.amount, written };
  start_thread(
    task,
    { kind: "task", cpu: 0, bound: false, line: step.line },
    { handler: shellMain, data: args },
  );
  wait_for_completion(written);
}

function shellMain(args: shell_args): void {
  sysctl_write(args.file, args.value);
  release_task(args.task);
  complete(args.written);
}
