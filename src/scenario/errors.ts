/**
 * Every message about a scenario, in one place, so that they speak with one voice:
 * what is wrong, then what to write instead. Codes are stable; tests and quick fixes rely on them.
 * Those about expressions are in `expression-errors.ts`, since the debugger has them, too.
 */
import { formatCount, formatPages } from "../base/format.ts";
import type { Unit, UnitProblem } from "../base/units.ts";
import {
  durationProblem,
  replaceUnit,
  sizeProblem,
  UNIT_NAMES,
  unitAdvice,
} from "./error-amounts.ts";

/** A diagnostic that does not know its place yet. */
export interface Message {
  readonly code: string;
  readonly message: string;
  readonly severity: "error" | "warning";
  /** Text to put in place of what the message is about. */
  readonly suggestion: string | null;
}

/** Messages about the file as a whole and its YAML. */
export const fileErrors = {
  tooLarge: (length: number, limit: number) =>
    error(
      "file-too-large",
      `This file has ${formatCount(length)} characters; a scenario may have ${formatCount(limit)}. ` +
        `Split it into several scenarios.`,
    ),
  tooDeep: (limit: number) =>
    error(
      "too-deep",
      `This is nested more than ${limit} levels deep; a scenario needs five. Is a bracket left open?`,
    ),
  yaml: (code: string, detail: string) =>
    error("yaml-syntax", `${YAML_HINTS.get(code) ?? `This is not valid YAML: ${detail}.`}`),
  alias: (name: string) =>
    error(
      "yaml-alias",
      `Aliases (\`*${name}\`) are not part of the scenario language. Write the value again.`,
    ),
  tag: (tag: string) =>
    error(
      "yaml-tag",
      `YAML takes \`${tag}\` for a tag because of the \`!\`. Put the whole value in quotes if it is an expression.`,
    ),
  notAMap: () =>
    error(
      "not-a-scenario",
      "A scenario is made of `key: value` lines. Start with `guest:` and, indented below it, `memory: 1GiB`.",
    ),
};

/** Messages about keys and kinds of values. */
export const shapeErrors = {
  unknownKey: (key: string, where: string, near: string | null, allowed: readonly string[]) =>
    error(
      "unknown-key",
      `${where} has no key \`${key}\`` +
        (near === null ? `. It may have ${list(allowed)}.` : `: did you mean \`${near}\`?`),
      near,
    ),
  missingKey: (key: string, where: string, example: string) =>
    error("missing-key", `${where} needs \`${key}:\`, for example \`${example}\`.`),
  needsText: (key: string, example: string) =>
    error("wrong-kind", `\`${key}\` takes a single value, for example \`${example}\`.`),
  needsExpression: () =>
    error(
      "wrong-kind",
      "An expectation is one expression, for example `balloon_deflate == 0`. If it contains `: `, put it in quotes.",
    ),
  needsMap: (key: string, example: string) =>
    error(
      "wrong-kind",
      `\`${key}\` takes indented \`key: value\` lines, for example \`${example}\`.`,
    ),
  needsList: (key: string, example: string) =>
    error(
      "wrong-kind",
      `\`${key}\` takes a list: a line starting with \`- \` for each entry, for example \`${example}\`.`,
    ),
  emptyValue: (key: string, example: string) =>
    error("missing-value", `\`${key}:\` has no value. Write for example \`${example}\`.`),
};

/** Messages about `matrix`, and about variants that are asked for. */
export const matrixErrors = {
  empty: (axis: string) =>
    error("matrix-empty", `\`${axis}\` has no values to vary. List them: \`${axis}: [a, b]\`.`),
  twice: (axis: string, value: string) =>
    error("matrix-twice", `\`${value}\` stands twice in \`${axis}\`. Each run is made once.`),
  tooMany: (count: number, limit: number) =>
    error(
      "matrix-size",
      `This matrix makes ${count} runs or more; ${limit} are possible. Split the scenario.`,
    ),
  noMatrix: (name: string) =>
    error("no-variant", `This scenario has no \`matrix\`, so there is no variant \`${name}\`.`),
  noVariant: (name: string, known: readonly string[]) =>
    error("no-variant", `There is no variant \`${name}\`. There are ${list(known)}.`),
};

/** Messages about values. */
export const valueErrors = {
  size: (text: string, problem: UnitProblem, detail: string, near: string | null) =>
    error(`size-syntax`, sizeProblem(text, problem, detail, near), replaceUnit(text, detail, near)),
  sizeWithoutUnit: (text: string, pages: number) =>
    warning(
      "size-without-unit",
      `\`${text}\` has no unit, so it is bytes: ${formatPages(pages)}. Write \`${text}MiB\` or \`${text}B\`.`,
    ),
  duration: (text: string, problem: UnitProblem, detail: string, near: string | null) =>
    error(
      `duration-syntax`,
      durationProblem(text, problem, detail, near),
      replaceUnit(text, detail, near),
    ),
  rate: (text: string, problem: UnitProblem, detail: string, near: string | null) =>
    error(
      "rate-syntax",
      problem === "rate"
        ? `\`${text}\` is not a rate. Write a size per second, for example \`50MiB/s\`.`
        : problem === "slow"
          ? `\`${text}\` is less than one 4 KiB page a second. Write \`4KiB/s\` or more.`
          : sizeProblem(text, problem, detail, near),
    ),
  integer: (key: string, text: string, least: number, most: number) =>
    error(
      "number-range",
      `\`${key}\` must be a whole number from ${least} to ${most}, not \`${text}\`.`,
    ),
  choice: (key: string, text: string, allowed: readonly string[], near: string | null) =>
    error(
      "unknown-value",
      `\`${text}\` is not a value of \`${key}\`` +
        (near === null ? `. It may be ${list(allowed, "or")}.` : `: did you mean \`${near}\`?`),
      near,
    ),
  kernel: (text: string, known: readonly string[], near: string | null) =>
    error(
      "unknown-kernel",
      `Kernel \`${text}\` is not modelled. Choose ${list(known, "or")}.`,
      near,
    ),
  driver: (text: string, known: readonly string[], near: string | null) =>
    error(
      "unknown-driver",
      `There is no generation \`${text}\` of the balloon driver. Choose ${list(known, "or")}.`,
      near,
    ),
  oomPages: (driver: string) =>
    error(
      "oom-pages",
      `Only the v4.14 driver has the parameter \`oom-pages\`, and this guest has the ${driver} driver. ` +
        "Remove it, or add `driver: v4.14`.",
    ),
  needsOption: (what: string, option: string) =>
    error(
      "missing-option",
      `\`${what}\` needs a kernel with \`${option}\`, which \`config\` turns off. Remove one of the two.`,
    ),
  hugePageSize: () =>
    error(
      "huge-page-size",
      "With pages of 64 KiB a huge page has 512 MiB, which is not modelled. Write `thp: never`, or remove it.",
    ),
  duplicateFeature: (name: string) =>
    error("duplicate-feature", `Feature \`${name}\` is listed twice. Remove one.`),
  packedLegacy: (transport: string) =>
    error(
      "packed-legacy",
      `A packed ring came with virtio 1.1, and \`${transport}\` is the interface before 1.0. ` +
        "Choose `transport: pci-modern` or `mmio-v2`, or `ring: split`.",
    ),
  hostPageSize: (text: string) =>
    error(
      "host-page-size",
      `A host has pages of 4KiB, 64KiB or 2MiB, not of \`${text}\`. Write for example \`page-size: 2MiB\`.`,
    ),
  hostPageMemory: (text: string) =>
    error(
      "host-page-size",
      `\`guest.memory\` must be a multiple of the host's pages of ${text}, as QEMU demands it too.`,
    ),
  statsInterval: (text: string) =>
    error(
      "stats-interval",
      `QEMU polls in whole seconds, which \`${text}\` is not. Write for example \`stats-interval: 10s\`.`,
    ),
  steal: (text: string) =>
    error(
      "steal-range",
      `A host can take from 0% to 95% of a vCPU's time, not \`${text}\`. Write for example \`steal: 60%\`.`,
    ),
  stealSlice: (text: string) =>
    error(
      "steal-range",
      `Hosts schedule in slices of 1ms to 1s, not of \`${text}\`. Write for example \`steal-slice: 4ms\`.`,
    ),
  statsWithoutQueue: () =>
    error(
      "stats-interval",
      "Without `stats-vq` among `device.features` the host has no statistics to ask for. Add it, or remove `stats-interval`.",
    ),
  noMemory: (least: number) =>
    error(
      "memory-range",
      `A guest needs memory: at least ${formatPages(least)}. Write for example \`memory: 1GiB\`.`,
    ),
  memory: (pages: number, least: number, most: number) =>
    error(
      "memory-range",
      `A guest may have from ${formatPages(least)} to ${formatPages(most)}; this is ${formatPages(pages)}.`,
    ),
  minFree: (kbytes: number, memoryPages: number) =>
    error(
      "min-free-range",
      `${formatCount(kbytes)} KiB is more than half of the guest's memory of ${formatPages(memoryPages)}: it could not run. ` +
        `Linux itself would choose a few MiB.`,
    ),
  swap: (pages: number, most: number) =>
    error("swap-range", `Swap may have up to ${formatPages(most)}; this is ${formatPages(pages)}.`),
  fileName: (name: string) =>
    error(
      "file-name",
      `\`${name}\` cannot be a file name here. Use letters, digits, \`.\`, \`_\` and \`-\`, at most 64.`,
    ),
  fileSize: (name: string, pages: number, most: number) =>
    error(
      "file-size",
      `File \`${name}\` has ${formatPages(pages)}; a file may have from 1 page to ${formatPages(most)}.`,
    ),
  tooManyFiles: (most: number) =>
    error("too-many-files", `A guest may have ${most} files. Remove some.`),
  name: (text: string) =>
    error(
      "name-length",
      `\`name\` may not be empty or longer than 200 characters${text === "" ? "" : "; put the rest into `about`"}.`,
    ),
};

/** Messages about features that are offered and come to nothing. */
export const featureWarnings = {
  unknown: (of: {
    readonly name: string;
    readonly bit: number;
    readonly driver: string;
    readonly since: { readonly release: string; readonly driver: string };
  }) =>
    warning(
      "feature-not-taken",
      `The driver knows \`${of.name}\` since ${of.since.release}, and this guest has the ${of.driver} driver. ` +
        `It leaves the feature out: ${WITHOUT_FEATURE.get(of.bit) ?? "nothing comes of it"}. ` +
        `Choose \`driver: ${of.since.driver}\` or a later one, or remove the feature.`,
    ),
  notPoisoning: (name: string) =>
    warning(
      "feature-not-taken",
      `The driver leaves out \`${name}\` unless the kernel poisons freed pages. ` +
        "Add `page-poison: on` under `guest`, or remove the feature.",
    ),
  poisonWithoutHints: (name: string) =>
    warning(
      "feature-of-no-use",
      `The v5.5 driver takes \`${name}\` but tells the pattern only along with \`free-page-hint\`. Add that, or choose \`driver: v5.7\`.`,
    ),
  noReporting: (name: string) =>
    warning(
      "feature-not-taken",
      `\`${name}\` needs a kernel with \`PAGE_REPORTING\`, which \`config\` turns off. ` +
        "The driver leaves it out: free memory is not reported. Remove one of the two.",
    ),
  patternNotTold: (name: string) =>
    warning(
      "feature-not-taken",
      `This kernel poisons freed pages and cannot tell the host so: the driver leaves out \`${name}\`, and free memory is not reported. ` +
        "Remove `page-poison: on`, or add the feature `page-poison` to see the reports.",
    ),
  reportsKept: (name: string) =>
    warning(
      "feature-of-no-use",
      `The host leaves reported pages as they are once it knows that they hold a pattern (\`page-poison\`), so \`${name}\` brings nothing back. ` +
        "Remove one of the two.",
    ),
};

/** What the run is without a feature. */
const WITHOUT_FEATURE: ReadonlyMap<number, string> = new Map([
  [3, "a migration copies free memory too"],
  [4, "the host is not told the pattern of freed pages"],
  [5, "free memory is not reported to the host"],
]);

/** Messages about the timeline. */
export const timelineErrors = {
  empty: () =>
    error(
      "empty-timeline",
      "The timeline is empty: nothing would happen. Add a step, for example `- balloon: 512MiB`.",
    ),
  tooLong: (count: number, most: number) =>
    error(
      "timeline-too-long",
      `The timeline has ${formatCount(count)} steps; it may have ${formatCount(most)}.`,
    ),
  noAction: (actions: readonly string[]) =>
    error(
      "no-action",
      `This step does nothing. A step is one of ${list(actions, "or")}, for example \`- wait: 10s\`.`,
    ),
  bareAction: (action: string, example: string) =>
    error("missing-value", `\`${action}\` needs a value: write \`${example}\`.`),
  twoActions: (first: string, second: string) =>
    error(
      "two-actions",
      `A step does one thing, and this one already does \`${first}\`. Write \`- ${second}:\` on a line of its own.`,
    ),
  unknownAction: (word: string, near: string | null, actions: readonly string[]) =>
    error(
      "unknown-key",
      `There is no step \`${word}\`` +
        (near === null
          ? `. A step is one of ${list(actions, "or")}.`
          : `: did you mean \`${near}\`?`),
      near,
    ),
  modifier: (key: string, owner: string, action: string) =>
    error("misplaced-key", `\`${key}\` belongs to \`${owner}\`, not to \`${action}\`. Remove it.`),
  balloonTooLarge: (pages: number, memory: number) =>
    error(
      "balloon-too-large",
      `A balloon of ${formatPages(pages)} does not fit into a guest of ${formatPages(memory)}. ` +
        `The value is the size of the balloon, not what is left to the guest.`,
    ),
  dropCaches: (text: string) =>
    error(
      "drop-caches-value",
      `\`drop-caches\` takes 1 (page cache), 2 (slab objects) or 3 (both), not \`${text}\`.`,
    ),
  sysctl: (text: string) =>
    error(
      "sysctl-syntax",
      `\`sysctl\` takes a file and a value, as \`vm.compact_memory = 1\`, not \`${text}\`.`,
    ),
  sysctlFile: (file: string, known: readonly string[], near: string | null) =>
    error(
      "unknown-sysctl",
      `There is no \`${file}\` here` +
        (near === null
          ? `. A scenario can write to ${list(known)}.`
          : `: did you mean \`${near}\`?`),
      near,
    ),
  sysrq: (text: string) =>
    error(
      "sysrq-key",
      `SysRq-\`${text}\` is not modelled. Write \`sysrq: f\`, which calls the OOM killer.`,
      "f",
    ),
  noKeyboard: () =>
    error(
      "sysrq-transport",
      "A virtio keyboard needs virtio 1.0, so it cannot be attached as the scenario's devices are. " +
        "Choose `transport: pci-modern` or `mmio-v2`.",
    ),
  noTimeout: (text: string) =>
    warning(
      "no-timeout",
      `This waits for ever if \`${text}\` never comes true. Add for example \`timeout: 60s\` below it.`,
    ),
  taskName: (name: string) =>
    error(
      "task-name",
      `\`${name}\` cannot be a task's name: use 1 to 15 letters, digits, \`.\`, \`_\` or \`-\`, as in \`/proc/PID/comm\`.`,
    ),
  duplicateName: (name: string, line: number) =>
    error(
      "duplicate-name",
      `The task on line ${line + 1} is already called \`${name}\`. Choose another name.`,
    ),
  unknownTask: (name: string, near: string | null, known: readonly string[]) =>
    error(
      "unknown-task",
      `No task called \`${name}\` has been started before this step` +
        (near !== null
          ? `: did you mean \`${near}\`?`
          : known.length > 0
            ? `. There is ${list(known)}.`
            : ". Add a `- run:` above."),
      near,
    ),
  laterTask: (name: string, line: number) =>
    error(
      "unknown-task",
      `\`${name}\` is started only on line ${line + 1}. Move this step below it.`,
    ),
  ambiguousTask: (name: string) =>
    error(
      "ambiguous-task",
      `Several tasks are called \`${name}\`. Give the one you mean a \`name:\` and use that.`,
    ),
};

/** Messages about the command line after `run:`. */
export const workloadErrors = {
  empty: () =>
    error(
      "unknown-workload",
      "`run` needs a command: `cat FILE [--loop]`, `memhog SIZE [--rate 50MiB/s] [--hold 10s]`, " +
        "`frag SIZE` or `forker SIZE`.",
    ),
  unknown: (word: string, near: string | null) =>
    error(
      "unknown-workload",
      `There is no workload \`${word}\`` +
        (near === null
          ? ". There are `cat FILE` and `memhog SIZE`."
          : `: did you mean \`${near}\`?`),
      near,
    ),
  missingOperand: (usage: string) =>
    error("missing-operand", `The command is incomplete. Write \`${usage}\`.`),
  extraOperand: (word: string, usage: string) =>
    error("extra-operand", `\`${word}\` is one word too many. Write \`${usage}\`.`),
  option: (word: string, command: string, near: string | null, known: readonly string[]) =>
    error(
      "unknown-option",
      `\`${command}\` has no option \`${word}\`` +
        (near === null ? `. It has ${list(known)}.` : `: did you mean \`${near}\`?`),
      near,
    ),
  repeatedOption: (word: string) =>
    error("repeated-option", `\`${word}\` is given twice. Remove one.`),
  optionValue: (word: string, example: string) =>
    error("option-value", `\`${word}\` needs a value, for example \`${word} ${example}\`.`),
  flagValue: (word: string) => error("option-value", `\`${word}\` takes no value.`),
  noFile: (name: string, known: readonly string[], near: string | null) =>
    error(
      "unknown-file",
      `The guest has no file \`${name}\`` +
        (near !== null
          ? `: did you mean \`${near}\`?`
          : known.length > 0
            ? `. It has ${list(known)}.`
            : `. Add it: \`files: { ${name}: 672MiB }\` under \`guest\`.`),
      near,
    ),
  busyTime: (text: string) =>
    error(
      "workload-time",
      `\`busy\` works for a part of its period (\`--every\`, 1s unless given), and ${text} is none.`,
    ),
  hogSize: (command: string) =>
    error(
      "workload-size",
      `\`${command}\` needs at least one page of memory, for example \`${command} 40MiB\`.`,
    ),
  hogTooLarge: (command: string, pages: number, most: number) =>
    error(
      "workload-size",
      `\`${command}\` may ask for up to ${formatPages(most)}; this is ${formatPages(pages)}.`,
    ),
};

/** Messages about expressions in a scenario; `detail` is from `expressionErrors`. */
export const conditionErrors = {
  syntax: (detail: string) => error("expression-syntax", detail),
  hint: (detail: string) => warning("expression-precedence", detail),
  unknownName: (name: string, near: string | null) =>
    error(
      "unknown-name",
      `There is no counter \`${name}\`` +
        (near === null
          ? ". Use names of /proc/vmstat, `balloon.target`, `balloon.actual`, `balloon.reached`, `host.rss`, `host.migrated`, `host.hinted`, `MemTotal`, `oom_notifications` or `time`."
          : `: did you mean \`${near}\`?`),
      near,
    ),
  laterKernelsName: (name: string, kernel: string) =>
    error(
      "unknown-name",
      `Kernel ${kernel} does not count \`${name}\` yet: it came with a later one.`,
    ),
  otherKernelsName: (name: string, right: string, kernel: string) =>
    error(
      "unknown-name",
      `In kernel ${kernel} there is no \`${name}\`: it is called \`${right}\`.`,
      right,
    ),
  index: () =>
    error(
      "unknown-name",
      "A scenario's expressions know single values only, so nothing can be indexed here.",
    ),
  units: (left: Unit, right: Unit, operator: string) =>
    error(
      "unit-mismatch",
      `\`${operator}\` has ${UNIT_NAMES[left]} on its left and ${UNIT_NAMES[right]} on its right. ${unitAdvice(left, right)}`,
    ),
};

const YAML_HINTS: ReadonlyMap<string, string> = new Map([
  ["TAB_AS_INDENT", "YAML is indented with spaces, and this line has a tab."],
  ["DUPLICATE_KEY", "This key is already there above. Remove one of the two."],
  ["MULTIPLE_DOCS", "A file holds one scenario: remove the `---` and what follows."],
  [
    "BAD_INDENT",
    "This line is indented differently from its neighbours. Lines of one group start in the same column.",
  ],
  [
    "BLOCK_AS_IMPLICIT_KEY",
    "There is one `: ` too many on this line. Put the value in quotes if the colon belongs to it.",
  ],
  ["MULTILINE_IMPLICIT_KEY", "A `:` is missing on this line, or the line is indented too little."],
  ["BAD_DIRECTIVE", "A scenario has no `%` directives. Remove the line."],
  [
    "BAD_ALIAS",
    "YAML takes `*` and `&` at the start of a value for an alias. Put the value in quotes.",
  ],
  ["RESOURCE_EXHAUSTION", "This is nested too deeply."],
]);

function list(words: readonly string[], conjunction = "and"): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${conjunction} ${last}`;
}

function error(code: string, message: string, suggestion: string | null = null): Message {
  return { code, message, severity: "error", suggestion };
}

function warning(code: string, message: string): Message {
  return { code, message, severity: "warning", suggestion: null };
}
