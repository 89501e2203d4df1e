import type { ExternalFunction } from "./options.ts";

/** The functions of `machine/primitives.ts`: which suspend, and which are compiled in place. */
export const machineExternals: Readonly<Record<string, ExternalFunction>> = {
  charge: { suspends: false, inline: ([ns]) => `$clock[0] += ${ns}` },
  now: { suspends: false, inline: () => "$clock[0]" },
  cond_resched: { suspends: true },
  schedule: { suspends: true },
  schedule_timeout: { suspends: true },
  wake_up_process: { suspends: false },
  start_thread: { suspends: false },
  current: { suspends: false },
  dispatch_count: { suspends: false },
  smp_processor_id: { suspends: false },
  raise_irq: { suspends: false },
  steal_time: { suspends: false },
  random: { suspends: false },
  printk: { suspends: false },
  trace_event: { suspends: false },
  scenario_condition: { suspends: false },
  scenario_step: { suspends: false },
  BUG: { suspends: false },
};

/** What the machine hands to a booted kernel as constants. */
export const machineInputs: readonly string[] = ["config"];
