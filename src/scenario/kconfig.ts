/**
 * Reads the section `config`: what was decided when the guest's kernel was built, under the names of
 * its `.config`.
 */
import { didYouMean } from "../base/did-you-mean.ts";
import { valueErrors } from "./errors.ts";
import type { Report } from "./report.ts";
import { checkShape, CONFIG } from "./shape.ts";
import type { TreeValue } from "./yaml-tree.ts";

export interface Kconfig {
  readonly hz: number;
  readonly compaction: boolean;
  readonly balloonCompaction: boolean;
  readonly pageReporting: boolean;
  readonly swap: boolean;
  readonly transparentHugepage: boolean;
  readonly vmEventCounters: boolean;
}

const SWITCH = ["y", "n"] as const;
/** Ticks per second, of which Debian and Ubuntu take 250. */
const TICKS = ["100", "250", "300", "1000"] as const;

/** What each option may be. */
export const KCONFIG_CHOICES: Readonly<Record<keyof typeof CONFIG.shape, readonly string[]>> = {
  BALLOON_COMPACTION: SWITCH,
  COMPACTION: SWITCH,
  HZ: TICKS,
  PAGE_REPORTING: SWITCH,
  SWAP: SWITCH,
  TRANSPARENT_HUGEPAGE: SWITCH,
  VM_EVENT_COUNTERS: SWITCH,
};

/** A distribution's kernel. */
const DEFAULTS: Kconfig = {
  hz: 250,
  compaction: true,
  balloonCompaction: true,
  pageReporting: true,
  swap: true,
  transparentHugepage: true,
  vmEventCounters: true,
};

/** What the section `guest` asks of the kernel. */
export interface KconfigNeeds {
  /** `thp: always` stands there. */
  readonly thp: boolean;
  readonly swap: boolean;
}

export function readKconfig(
  section: TreeValue | undefined,
  needs: KconfigNeeds,
  report: Report,
): Kconfig {
  if (section === undefined) return DEFAULTS;
  const shape = checkShape(CONFIG, section, ["config"], report);
  if (shape === null) return DEFAULTS;
  const options = new Options(shape, report);
  const compaction = options.isOn("COMPACTION");
  if (!compaction) {
    options.refuse("BALLOON_COMPACTION", "COMPACTION");
    options.refuse("TRANSPARENT_HUGEPAGE", "COMPACTION");
  }
  const transparentHugepage = compaction && options.isOn("TRANSPARENT_HUGEPAGE");
  const swap = options.isOn("SWAP");
  if (needs.thp && !transparentHugepage) {
    report.value(["guest", "thp"], valueErrors.needsOption("thp: always", "TRANSPARENT_HUGEPAGE"));
  }
  if (needs.swap && !swap) {
    report.key(["guest", "swap"], valueErrors.needsOption("swap", "SWAP"));
  }
  return {
    hz: Number(options.value("HZ") ?? DEFAULTS.hz),
    compaction,
    balloonCompaction: compaction && options.isOn("BALLOON_COMPACTION"),
    pageReporting: options.isOn("PAGE_REPORTING"),
    swap,
    transparentHugepage,
    vmEventCounters: options.isOn("VM_EVENT_COUNTERS"),
  };
}

type Option = keyof typeof CONFIG.shape;

class Options {
  readonly #shape: Readonly<Partial<Record<Option, string | undefined>>>;
  readonly #report: Report;

  constructor(shape: Readonly<Partial<Record<Option, string | undefined>>>, report: Report) {
    this.#shape = shape;
    this.#report = report;
  }

  /** Undefined when nothing, or nothing that is known, stands there. */
  value(option: Option): string | undefined {
    const text = this.#shape[option];
    const choices = KCONFIG_CHOICES[option];
    if (text === undefined || choices.includes(text)) return text;
    const message = valueErrors.choice(option, text, choices, didYouMean(text, choices));
    this.#report.value(["config", option], message);
    return undefined;
  }

  isOn(option: Option): boolean {
    return this.value(option) !== "n";
  }

  /** `option: y` cannot be, since what it depends on is off. */
  refuse(option: Option, needed: Option): void {
    if (this.#shape[option] === "y") {
      this.#report.value(["config", option], valueErrors.needsOption(option, needed));
    }
  }
}
