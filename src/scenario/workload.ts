/** Reads the command line after `run:`. */
import { didYouMean } from "../base/did-you-mean.ts";
import type { file_config } from "../model/config.ts";
import { workloadErrors, type Message } from "./errors.ts";
import { MAX_PAGES } from "./guest.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import { readDuration, readInteger, readPages, readRate, type Source } from "./values.ts";

export interface Workload {
  readonly kind: Command;
  /** Index into the guest's files, for `cat`. */
  readonly file: number;
  readonly loop: boolean;
  /** Pages that `memhog` and `frag` touch, and each child of `forker`. */
  readonly amount: number;
  /** `forker`: children at a time. `frag`: of so many pages one stays. */
  readonly count: number;
  /** `memhog` asks for huge pages. */
  readonly huge: boolean;
  /** Pages a second, 0 for full speed. */
  readonly rate: number;
  /** Nanoseconds after the last page; -1 until it is killed. */
  readonly hold: number;
  readonly oomScoreAdj: number;
  /** `busy`: nanoseconds of work; `hold` is the period. */
  readonly duration: number;
  /** The only CPU that `busy` runs on; -1 for any. */
  readonly cpu: number;
}

export type Command = "cat" | "memhog" | "frag" | "forker" | "busy";

/** The command line after `run:`, as `COMMANDS` says; null if wrong. */
export function readWorkload(
  text: string,
  path: Path,
  files: readonly file_config[] | null,
  report: Report,
): Workload | null {
  const words = split(text);
  const [command] = words;
  if (command === undefined) {
    report.value(path, workloadErrors.empty());
    return null;
  }
  const kind = COMMAND_NAMES.find((name) => name === command.text);
  if (kind === undefined) {
    const near = didYouMean(command.text, COMMAND_NAMES);
    reportWord(command, path, workloadErrors.unknown(command.text, near), report);
    return null;
  }
  const line = new CommandLine(kind, words.slice(1), path, report);
  const operand = line.operand(text);
  if (kind === "cat") {
    const file = operand === null ? null : findFile(operand, path, files, report);
    const loop = line.flag("--loop");
    return file === null || line.failed ? null : { ...NOTHING, kind, file, loop };
  }
  if (kind === "busy") return operand === null ? null : readBusy(line, operand, path, report);
  const amount = operand === null ? null : hogSize(kind, operand, path, report);
  const count = kind === "memhog" ? 0 : line.integer(COUNT_OPTIONS[kind]);
  const rate =
    line.value("--rate", (word) => readRate(word.text, sourceOf(word, path), report)) ?? 0;
  const hold =
    line.value("--hold", (word) => readDuration(word.text, sourceOf(word, path), report)) ?? -1;
  const oomScoreAdj = line.integer(OOM_SCORE_ADJ);
  const huge = line.flag("--huge");
  const loop = line.flag("--loop");
  return amount === null || line.failed
    ? null
    : { ...NOTHING, kind, amount, count, huge, loop, rate, hold, oomScoreAdj };
}

interface Word {
  readonly text: string;
  readonly offset: number;
}

const NOTHING = {
  file: 0,
  loop: false,
  amount: 0,
  count: 0,
  huge: false,
  rate: 0,
  hold: 0,
  oomScoreAdj: 0,
  duration: 0,
  cpu: -1,
};

interface IntegerOption {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
}

const OOM_SCORE_ADJ: IntegerOption = {
  name: "--oom-score-adj",
  least: -1000,
  most: 1000,
  fallback: 0,
};
const CPU: IntegerOption = { name: "--cpu", least: 0, most: 63, fallback: -1 };
const COUNT_OPTIONS: Readonly<Record<"frag" | "forker", IntegerOption>> = {
  frag: { name: "--keep-every", least: 2, most: 1024, fallback: 2 },
  // As many as the model has room for.
  forker: { name: "--children", least: 1, most: 32, fallback: 1 },
};

/** Options with an example of their value; null for those that take none. */
export const COMMANDS: Readonly<
  Record<
    Command,
    { readonly usage: string; readonly options: Readonly<Record<string, string | null>> }
  >
> = {
  cat: { usage: "cat FILE [--loop]", options: { "--loop": null } },
  memhog: {
    usage: "memhog SIZE [--rate 50MiB/s] [--hold 10s] [--loop] [--huge] [--oom-score-adj N]",
    options: {
      "--rate": "50MiB/s",
      "--hold": "10s",
      "--loop": null,
      "--huge": null,
      "--oom-score-adj": "500",
    },
  },
  frag: {
    usage: "frag SIZE [--keep-every 2] [--hold 10s] [--oom-score-adj N]",
    options: { "--keep-every": "2", "--hold": "10s", "--oom-score-adj": "500" },
  },
  forker: {
    usage: "forker SIZE [--children 3] [--oom-score-adj N]",
    options: { "--children": "3", "--oom-score-adj": "500" },
  },
  busy: {
    usage: "busy TIME [--every 200ms] [--cpu N]",
    options: { "--every": "200ms", "--cpu": "0" },
  },
};
const COMMAND_NAMES = Object.keys(COMMANDS) as readonly Command[];

const DEFAULT_PERIOD = 1_000_000_000;

/** `busy 10ms --every 200ms`: the work has to fit into the period. */
function readBusy(line: CommandLine, operand: Word, path: Path, report: Report): Workload | null {
  const duration = readDuration(operand.text, sourceOf(operand, path), report);
  const period =
    line.value("--every", (word) => readDuration(word.text, sourceOf(word, path), report)) ??
    DEFAULT_PERIOD;
  const cpu = line.integer(CPU);
  if (duration === null || line.failed) return null;
  if (duration === 0 || duration > period) {
    reportWord(operand, path, workloadErrors.busyTime(operand.text), report);
    return null;
  }
  return { ...NOTHING, kind: "busy", duration, hold: period, cpu };
}

/** The words after the command: one operand, and options as `--key value` or `--key=value`. */
class CommandLine {
  failed = false;
  readonly #command: Command;
  readonly #path: Path;
  readonly #report: Report;
  readonly #operands: Word[] = [];
  readonly #options = new Map<string, Word | null>();

  constructor(command: Command, words: readonly Word[], path: Path, report: Report) {
    this.#command = command;
    this.#path = path;
    this.#report = report;
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      if (word === undefined) break;
      if (!word.text.startsWith("--")) this.#operands.push(word);
      else if (this.#option(word, words[i + 1])) i++;
    }
  }

  /** The one operand; `text` is the whole command line. */
  operand(text: string): Word | null {
    const { usage } = COMMANDS[this.#command];
    const [first, second] = this.#operands;
    if (second !== undefined) this.#fail(second, workloadErrors.extraOperand(second.text, usage));
    if (first === undefined) this.#fail({ text, offset: 0 }, workloadErrors.missingOperand(usage));
    return first ?? null;
  }

  flag(name: string): boolean {
    return this.#options.has(name);
  }

  integer({ name, least, most, fallback }: IntegerOption): number {
    const range = { least, most };
    const read = (word: Word): number | null =>
      readInteger(name, word.text, range, sourceOf(word, this.#path), this.#report);
    return this.value(name, read) ?? fallback;
  }

  value(name: string, read: (word: Word) => number | null): number | null {
    const word = this.#options.get(name);
    if (word == null) return null;
    const value = read(word);
    if (value === null) this.failed = true;
    return value;
  }

  /** True when `next` was taken as the option's value. */
  #option(word: Word, next: Word | undefined): boolean {
    const equals = word.text.indexOf("=");
    const name = equals < 0 ? word.text : word.text.slice(0, equals);
    const { options } = COMMANDS[this.#command];
    const example = Object.hasOwn(options, name) ? options[name] : undefined;
    if (example === undefined) {
      const known = Object.keys(options);
      this.#fail(
        { ...word, text: name },
        workloadErrors.option(name, this.#command, didYouMean(name, known), known),
      );
      return (
        equals < 0 && next !== undefined && this.#operands.length > 0 && !next.text.startsWith("--")
      );
    }
    if (this.#options.has(name)) this.#fail(word, workloadErrors.repeatedOption(name));
    if (example === null) {
      this.#options.set(name, null);
      if (equals >= 0) this.#fail(word, workloadErrors.flagValue(name));
      return false;
    }
    const value =
      equals < 0 ? next : { text: word.text.slice(equals + 1), offset: word.offset + equals + 1 };
    if (value === undefined || value.text === "" || value.text.startsWith("--")) {
      this.#fail(word, workloadErrors.optionValue(name, example));
      return false;
    }
    this.#options.set(name, value);
    return equals < 0;
  }

  #fail(word: Word, message: Message): void {
    this.failed = true;
    reportWord(word, this.#path, message, this.#report);
  }
}

function findFile(
  word: Word,
  path: Path,
  files: readonly file_config[] | null,
  report: Report,
): number | null {
  if (files === null) return 0;
  const index = files.findIndex(({ name }) => name === word.text);
  if (index >= 0) return index;
  const known = files.map(({ name }) => name);
  reportWord(
    word,
    path,
    workloadErrors.noFile(word.text, known, didYouMean(word.text, known)),
    report,
  );
  return null;
}

/** More than the guest has is allowed: that is how one gets to the OOM killer. */
function hogSize(kind: Command, word: Word, path: Path, report: Report): number | null {
  const pages = readPages(word.text, "up", sourceOf(word, path), report);
  if (pages === null) return null;
  if (pages > 0 && pages <= MAX_PAGES) return pages;
  reportWord(
    word,
    path,
    pages === 0 ? workloadErrors.hogSize(kind) : workloadErrors.hogTooLarge(kind, pages, MAX_PAGES),
    report,
  );
  return null;
}

function split(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], offset: match.index }));
}

function sourceOf(word: Word, path: Path): Source {
  return { path, offset: word.offset, length: word.text.length };
}

function reportWord(word: Word, path: Path, message: Message, report: Report): void {
  report.inside(path, word.offset, word.text.length, message);
}
