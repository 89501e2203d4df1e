import { STEAL_CHOICES } from "./device-keys.ts";
import type { KeyInfo } from "./key-info.ts";

/** Keys of a step: what it does, and what may stand beside that. */
export const STEP_KEYS: Readonly<Record<string, KeyInfo>> = {
  run: {
    value: "command",
    doc: "Starts a task in the guest and goes on at once: `cat FILE [--loop]`, `memhog SIZE [--rate R] [--hold D] [--loop] [--huge]`, `frag SIZE [--keep-every N] [--hold D]` or `forker SIZE [--children N]`.",
    example: "run: cat big --loop",
  },
  name: {
    value: "task-name",
    doc: "Names the task that `run` starts, for `kill` and for the threads view; else it is called after its command. At most 15 characters, as in `/proc/PID/comm`.",
    example: "name: reader",
  },
  wait: {
    value: "duration",
    doc: "Lets virtual time pass.",
    example: "wait: 10s",
  },
  "wait-until": {
    value: "expression",
    doc: "Waits until the expression is true, looking every 10 ms. Give it a `timeout`.",
    example: "wait-until: balloon.reached",
  },
  timeout: {
    value: "duration",
    doc: "How long `wait-until` waits at most. Running out of time is no error; follow it with an `expect` if it should be.",
    example: "timeout: 60s",
  },
  balloon: {
    value: "size",
    doc: "The host asks for a balloon of this size (not for a guest of this size), and does not wait for it. The balloon counts whole 4 KiB pages.",
    example: "balloon: 512MiB",
  },
  sysrq: {
    value: "choice",
    doc: "Types Alt-SysRq and this key on a virtio keyboard, which the guest then has. The keys take the way through the driver's event queue.",
    example: "sysrq: f",
    choices: { f: "Calls the OOM killer, whether or not memory is short." },
  },
  migrate: {
    value: "text",
    doc: "The host copies the guest's memory to another host at this rate, and waits until it is done. With `free-page-hint` it first asks the guest which blocks are free.",
    example: "migrate: 128MiB/s",
  },
  "host-pressure": {
    value: "size",
    doc: "The host is short of that much: its manager asks the balloon for it, but for no more than the guest last said is available.",
    example: "host-pressure: 256MiB",
  },
  steal: {
    value: "share",
    doc: "From now on the host gives this share of each vCPU's time to others, 0% to 95%; see `host.steal`. With `cpu`, of that vCPU alone.",
    example: "steal: 60%",
    choices: STEAL_CHOICES,
  },
  cpu: {
    value: "integer",
    doc: "The vCPU that `steal` is about, counted from 0. Without it, all of them.",
    example: "cpu: 0",
  },
  kill: {
    value: "task",
    doc: "Sends SIGKILL to a task that an earlier step has started.",
    example: "kill: reader",
  },
  "drop-caches": {
    value: "choice",
    doc: "Writes to `/proc/sys/vm/drop_caches`.",
    example: "drop-caches: 3",
    choices: {
      "1": "Page cache: clean pages of files.",
      "2": "Slab objects. A balloon with a shrinker is emptied by this.",
      "3": "Both.",
    },
  },
  sysctl: {
    value: "text",
    doc: "Writes a value to a file below `/proc/sys` of the guest and waits until the write returns: `vm.compact_memory`, `vm.drop_caches`, `vm.min_free_kbytes`, `vm.swappiness` or `vm.watermark_scale_factor`.",
    example: "sysctl: vm.compact_memory = 1",
    choices: {
      "vm.compact_memory = 1": "Compacts all of memory, balloon pages included.",
      "vm.drop_caches = 3": "As the step `drop-caches`.",
      "vm.min_free_kbytes = 8192": "Raises or lowers all watermarks.",
      "vm.swappiness = 60": "How much reclaim takes of anonymous memory, if there is swap.",
      "vm.watermark_scale_factor = 10":
        "Distance between the watermarks in ten-thousandths of memory, 1 to 1000.",
    },
  },
  expect: {
    value: "expression",
    doc: "Tests the expression now, in the middle of the run; the run goes on either way.",
    example: "expect: balloon_deflate == 0",
  },
};
