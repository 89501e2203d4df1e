/** Reads the section `timeline`: one step after the other, each started when the last has ended. */
import { didYouMean } from "../base/did-you-mean.ts";
import type { file_config, step_config, step_kind } from "../model/config.ts";
import { readCondition } from "./conditions.ts";
import { shapeErrors, timelineErrors, valueErrors } from "./errors.ts";
import { MAX_CPUS, mostSwappiness } from "./guest.ts";
import { readSteal } from "./host.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import { checkShape, EXAMPLES, STEPS, TIMELINE } from "./shape.ts";
import type { Condition, Kernel, Range } from "./types.ts";
import { readDuration, readInteger, readPages, readRate, wholeOf } from "./values.ts";
import { readSysctl } from "./sysctl.ts";
import { readWorkload } from "./workload.ts";
import type { TreeValue, YamlTree } from "./yaml-tree.ts";

export interface Timeline {
  readonly steps: readonly { readonly text: string; readonly range: Range }[];
  readonly conditions: readonly Condition[];
  readonly config: step_config[];
}

export const MAX_STEPS = 1000;

/** What steps refer to. */
export interface TimelineGuest {
  /** Pages. */
  readonly memory: number;
  /** Null when they could not be read; then any file is taken to be there. */
  readonly files: readonly file_config[] | null;
  readonly kernel: Kernel | null;
  readonly cpus?: number;
  /** Whether a virtio keyboard can be plugged in: it needs virtio 1.0. */
  readonly keyboard?: boolean;
  /** CONFIG_COMPACTION: without it there is no file for it below /proc/sys. */
  readonly compaction?: boolean;
}

/** All steps that could be read. */
export function readTimeline(section: TreeValue, guest: TimelineGuest, tree: YamlTree): Timeline {
  const items = checkShape(TIMELINE, section, ["timeline"], tree.report) ?? [];
  if (items.length === 0 && Array.isArray(section))
    tree.report.key(["timeline"], timelineErrors.empty());
  if (items.length > MAX_STEPS)
    tree.report.key(["timeline"], timelineErrors.tooLong(items.length, MAX_STEPS));
  const reader = new TimelineReader(guest, tree, items);
  for (const [index, item] of items.slice(0, MAX_STEPS).entries())
    reader.read(item, ["timeline", index]);
  return reader;
}

type Action = keyof typeof STEPS;

const ACTIONS = Object.keys(STEPS) as Action[];
/** Keys that may stand beside an action, and which. */
const MODIFIERS: ReadonlyMap<string, Action> = new Map([
  ["name", "run"],
  ["timeout", "wait-until"],
  ["cpu", "steal"],
]);

/** `/proc/PID/comm` holds fifteen characters. */
const TASK_NAME = /^[A-Za-z0-9_][\w.-]{0,14}$/;

interface Task {
  readonly name: string;
  readonly line: number;
  /** Named by `name:`, not after its command. */
  readonly explicit: boolean;
}

class TimelineReader implements Timeline {
  readonly steps: { text: string; range: Range }[] = [];
  readonly conditions: Condition[] = [];
  readonly config: step_config[] = [];
  readonly #guest: TimelineGuest;
  readonly #tree: YamlTree;
  readonly #report: Report;
  readonly #items: readonly TreeValue[];
  readonly #tasks: Task[] = [];

  constructor(guest: TimelineGuest, tree: YamlTree, items: readonly TreeValue[]) {
    this.#guest = guest;
    this.#tree = tree;
    this.#report = tree.report;
    this.#items = items;
  }

  read(item: TreeValue, path: Path): void {
    const action = this.#action(item, path);
    if (action === null) return;
    const range = this.#tree.rangeOf(path);
    const step = this.#step(action, item, path, range.line);
    if (step === null) return;
    this.steps.push({ text: this.#tree.pairText([...path, action]), range });
    this.config.push({ ...EMPTY_STEP, line: range.line, name: step.kind, ...step });
  }

  /** Which thing this step does; reports everything that is not exactly one. */
  #action(item: TreeValue, path: Path): Action | null {
    if (typeof item === "string") {
      const bare = ACTIONS.find((action) => action === item);
      this.#report.value(
        path,
        bare === undefined
          ? timelineErrors.noAction(ACTIONS)
          : timelineErrors.bareAction(bare, `- ${EXAMPLES[bare]}`),
      );
      return null;
    }
    if (Array.isArray(item)) {
      this.#report.value(path, timelineErrors.noAction(ACTIONS));
      return null;
    }
    const keys = Object.keys(item);
    const actions = keys.filter((key): key is Action => Object.hasOwn(STEPS, key));
    const [action, second] = actions;
    if (action === undefined) this.#reportNoAction(keys, path);
    else this.#reportModifiers(keys, action, path);
    if (action !== undefined && second !== undefined) {
      this.#report.key([...path, second], timelineErrors.twoActions(action, second));
    }
    const odd = keys.some((key) => key !== action && MODIFIERS.get(key) !== action);
    return action === undefined || odd ? null : action;
  }

  #reportNoAction(keys: readonly string[], path: Path): void {
    const unknown = keys.filter((key) => !MODIFIERS.has(key));
    if (unknown.length === 0) this.#report.value(path, timelineErrors.noAction(ACTIONS));
    for (const key of unknown) {
      this.#report.key(
        [...path, key],
        timelineErrors.unknownAction(key, didYouMean(key, ACTIONS), ACTIONS),
      );
    }
  }

  #reportModifiers(keys: readonly string[], action: Action, path: Path): void {
    for (const key of keys) {
      const owner = MODIFIERS.get(key);
      if (owner !== undefined && owner !== action) {
        this.#report.key([...path, key], timelineErrors.modifier(key, owner, action));
      } else if (owner === undefined && !Object.hasOwn(STEPS, key)) {
        const allowed = [...MODIFIERS].filter(([, of]) => of === action).map(([name]) => name);
        const near = didYouMean(key, allowed);
        this.#report.key(
          [...path, key],
          shapeErrors.unknownKey(key, `\`${action}\``, near, [action, ...allowed]),
        );
      }
    }
  }

  #step(action: Action, item: TreeValue, path: Path, line: number): StepFields | null {
    switch (action) {
      case "run":
        return this.#run(item, path, line);
      case "wait":
        return this.#wait(item, path);
      case "wait-until":
        return this.#waitUntil(item, path);
      case "balloon":
        return this.#balloon(item, path);
      case "sysrq":
        return this.#sysrq(item, path);
      case "migrate":
        return this.#migrate(item, path);
      case "host-pressure":
        return this.#hostPressure(item, path);
      case "steal":
        return this.#steal(item, path);
      case "kill":
        return this.#kill(item, path);
      case "drop-caches":
        return this.#dropCaches(item, path);
      case "sysctl":
        return this.#sysctl(item, path);
      case "expect":
        return this.#expect(item, path);
    }
  }

  #run(item: TreeValue, path: Path, line: number): StepFields | null {
    const shape = checkShape(STEPS.run, item, path, this.#report);
    if (shape === null) return null;
    const workload = readWorkload(shape.run, [...path, "run"], this.#guest.files, this.#report);
    const name = shape.name ?? workload?.kind ?? shape.run.split(/\s/, 1)[0] ?? "";
    this.#addTask({ name, line, explicit: shape.name !== undefined }, path);
    if (workload === null) return null;
    const { oomScoreAdj, ...fields } = workload;
    return { ...fields, name, oom_score_adj: oomScoreAdj };
  }

  /** Two unnamed tasks may share their command's name, until somebody refers to one by it. */
  #addTask(task: Task, path: Path): void {
    if (task.explicit && !TASK_NAME.test(task.name)) {
      this.#report.value([...path, "name"], timelineErrors.taskName(task.name));
    }
    const twin = this.#tasks.find(
      ({ name, explicit }) => name === task.name && (explicit || task.explicit),
    );
    if (twin !== undefined) {
      this.#report.value(
        [...path, task.explicit ? "name" : "run"],
        timelineErrors.duplicateName(task.name, twin.line),
      );
    }
    this.#tasks.push(task);
  }

  #wait(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.wait, item, path, this.#report);
    const duration = shape === null ? null : this.#duration(shape.wait, [...path, "wait"]);
    return duration === null ? null : { kind: "wait", duration };
  }

  #waitUntil(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS["wait-until"], item, path, this.#report);
    if (shape === null) return null;
    const text = shape["wait-until"];
    const condition = this.#condition(text, [...path, "wait-until"]);
    if (shape.timeout === undefined)
      this.#report.key([...path, "wait-until"], timelineErrors.noTimeout(text));
    const duration =
      shape.timeout === undefined ? 0 : this.#duration(shape.timeout, [...path, "timeout"]);
    return condition === null || duration === null
      ? null
      : { kind: "wait_until", condition, duration };
  }

  #balloon(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.balloon, item, path, this.#report);
    if (shape === null) return null;
    const at = [...path, "balloon"];
    const amount = readPages(shape.balloon, "down", wholeOf(at, shape.balloon), this.#report);
    if (amount === null) return null;
    if (amount > this.#guest.memory) {
      this.#report.value(at, timelineErrors.balloonTooLarge(amount, this.#guest.memory));
    }
    return { kind: "balloon", amount };
  }

  #sysrq(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.sysrq, item, path, this.#report);
    if (shape === null) return null;
    if (this.#guest.keyboard === false)
      this.#report.key([...path, "sysrq"], timelineErrors.noKeyboard());
    if (shape.sysrq === "f") return { kind: "sysrq" };
    this.#report.value([...path, "sysrq"], timelineErrors.sysrq(shape.sysrq));
    return null;
  }

  #migrate(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.migrate, item, path, this.#report);
    if (shape === null) return null;
    const rate = readRate(
      shape.migrate,
      wholeOf([...path, "migrate"], shape.migrate),
      this.#report,
    );
    return rate === null ? null : { kind: "migrate", rate };
  }

  #hostPressure(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS["host-pressure"], item, path, this.#report);
    if (shape === null) return null;
    const text = shape["host-pressure"];
    const at = [...path, "host-pressure"];
    const amount = readPages(text, "up", wholeOf(at, text), this.#report);
    return amount === null ? null : { kind: "host_pressure", amount };
  }

  #steal(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.steal, item, path, this.#report);
    if (shape === null) return null;
    const amount = readSteal(shape.steal, [...path, "steal"], this.#report);
    const cpu = shape.cpu === undefined ? -1 : this.#cpu(shape.cpu, [...path, "cpu"]);
    return amount === null || cpu === null ? null : { kind: "steal", amount, cpu };
  }

  #cpu(text: string, path: Path): number | null {
    const range = { least: 0, most: (this.#guest.cpus ?? MAX_CPUS) - 1 };
    return readInteger("cpu", text, range, wholeOf(path, text), this.#report);
  }

  #kill(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.kill, item, path, this.#report);
    if (shape === null) return null;
    const name = shape.kill;
    const found = this.#tasks.filter((task) => task.name === name);
    if (found.length === 1) return { kind: "kill", name };
    const at = [...path, "kill"];
    if (found.length > 1) {
      this.#report.value(at, timelineErrors.ambiguousTask(name));
      return null;
    }
    const later = this.#startedLater(name, path);
    const known = [...new Set(this.#tasks.map((task) => task.name))];
    this.#report.value(
      at,
      later === null
        ? timelineErrors.unknownTask(name, didYouMean(name, known), known)
        : timelineErrors.laterTask(name, later),
    );
    return null;
  }

  #startedLater(name: string, path: Path): number | null {
    const from = Number(path.at(-1)) + 1;
    const index = this.#items.findIndex(
      (item, i) =>
        i >= from && typeof item === "object" && !Array.isArray(item) && item["name"] === name,
    );
    return index < 0 ? null : this.#tree.rangeOf(["timeline", index]).line;
  }

  #dropCaches(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS["drop-caches"], item, path, this.#report);
    if (shape === null) return null;
    const text = shape["drop-caches"];
    if (/^[123]$/.test(text)) return { kind: "drop_caches", amount: Number(text) };
    this.#report.value([...path, "drop-caches"], timelineErrors.dropCaches(text));
    return null;
  }

  #sysctl(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.sysctl, item, path, this.#report);
    if (shape === null) return null;
    const step = readSysctl(shape.sysctl, [...path, "sysctl"], this.#report);
    if (step?.name === "vm.compact_memory" && this.#guest.compaction === false) {
      const message = valueErrors.needsOption(step.name, "COMPACTION");
      this.#report.value([...path, "sysctl"], message);
    }
    if (step?.name === "vm.swappiness" && step.amount > mostSwappiness(this.#guest.kernel)) {
      const message = valueErrors.integer(step.name, String(step.amount), 0, 100);
      this.#report.value([...path, "sysctl"], message);
    }
    return step;
  }

  #expect(item: TreeValue, path: Path): StepFields | null {
    const shape = checkShape(STEPS.expect, item, path, this.#report);
    const condition = shape === null ? null : this.#condition(shape.expect, [...path, "expect"]);
    return condition === null ? null : { kind: "expect", condition };
  }

  #duration(text: string, path: Path): number | null {
    return readDuration(text, wholeOf(path, text), this.#report);
  }

  /** Adds a condition and returns its index. */
  #condition(text: string, path: Path): number | null {
    const expression = readCondition(text, path, this.#guest.kernel, this.#report);
    if (expression === null) return null;
    this.conditions.push({ text, range: this.#tree.rangeOf(path), expression });
    return this.conditions.length - 1;
  }
}

/** What a kind of step says about itself; the rest is empty. */
type StepFields = Partial<step_config> & { readonly kind: step_kind };

const EMPTY_STEP: step_config = {
  kind: "wait",
  line: 0,
  name: "",
  file: 0,
  loop: false,
  amount: 0,
  count: 0,
  huge: false,
  rate: 0,
  hold: 0,
  oom_score_adj: 0,
  cpu: -1,
  duration: 0,
  condition: 0,
};
