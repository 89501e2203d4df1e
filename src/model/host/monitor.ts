/**
 * The scenario's timeline: what the person at the machine does, one line after the other. The
 * balloon's target goes through the monitor of the host, as QEMU's `balloon` command does; the
 * rest is typed into the guest. Runs beside the guest, on a clock of its own.
 */
import {
  now,
  scenario_condition,
  scenario_step,
  schedule_timeout,
  start_thread,
  steal_time,
} from "../../machine/primitives.ts";
import { config, type step_config } from "../config.ts";
import { send_sigkill } from "../mm/oom_kill.ts";
import { PF_KTHREAD, type task_struct } from "../sched/core.ts";
import { tasks } from "../sched/fork.ts";
import { runSysctl } from "../workload/shell.ts";
import { start_workload } from "../workload/workload.ts";
import { migrate } from "./migration.ts";
import { hostPressure } from "./pressure.ts";
import { qmp_send_key } from "./virtio_input.ts";
import { virtio_balloon_get, virtio_balloon_to_target } from "./virtio_balloon.ts";

/** How often a condition is looked at. */
const POLL_NS = 10_000_000;

const scenarioTask: task_struct = {
  thread: -1,
  comm: "scenario",
  pid: 0,
  flags: 0,
  mm: null,
  oom_score_adj: 0,
  sigkill: false,
  oom_victim: false,
};

/** Starts the timeline; the run ends when its thread does. */
export function startScenario(): void {
  start_thread(
    scenarioTask,
    { kind: "host", cpu: 0, bound: true, line: -1 },
    { handler: scenario_main, data: config.timeline },
  );
}

export function scenario_main(timeline: step_config[]): void {
  if (config.steal > 0) {
    steal_time(-1, config.steal, config.steal_slice);
  }
  for (let index = 0; index < timeline.length; index++) {
    scenario_step(index, "");
    const outcome = performStep(timeline[index]);
    scenario_step(index, outcome);
  }
}

function performStep(step: step_config): string {
  switch (step.kind) {
    case "cat":
    case "memhog":
    case "frag":
    case "forker":
    case "busy":
      start_workload(step);
      return "done";
    case "balloon":
      qmp_balloon(step.amount);
      return "done";
    case "host_pressure":
      hostPressure(virtio_balloon_get(), step.amount);
      return "done";
    case "steal":
      steal_time(step.cpu, step.amount, config.steal_slice);
      return "done";
    case "sysrq":
      qmp_send_key();
      return "done";
    case "migrate":
      migrate(virtio_balloon_get(), step.rate);
      return "done";
    case "wait":
      schedule_timeout(step.duration, "wait");
      return "done";
    case "wait_until":
      return waitUntil(step);
    case "expect":
      return scenario_condition(step.condition) ? "pass" : "fail";
    case "kill":
      killByName(step.name);
      return "done";
    case "drop_caches":
      runSysctl(step, "vm.drop_caches");
      return "done";
    case "sysctl":
      runSysctl(step, step.name);
      return "done";
  }
}

/** Asks for a balloon of `num_pages` 4 KiB pages. */
function qmp_balloon(num_pages: number): void {
  virtio_balloon_to_target(virtio_balloon_get(), num_pages);
}

function waitUntil(step: step_config): string {
  const deadline = step.duration > 0 ? now() + step.duration : Infinity;
  while (!scenario_condition(step.condition)) {
    const left = deadline - now();
    if (left <= 0) {
      return "timeout";
    }
    schedule_timeout(Math.min(POLL_NS, left), "wait-until");
  }
  return "reached";
}

/** SIGKILL for every user task of that name. */
function killByName(name: string): void {
  for (const tsk of tasks) {
    if (tsk.comm === name && (tsk.flags & PF_KTHREAD) === 0) {
      send_sigkill(tsk);
    }
  }
}
