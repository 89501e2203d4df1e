/** Features that the device offers in vain: the run is possible, but hardly the one that was meant. */
import type { NamedFeature } from "./device.ts";
import { featureWarnings, type Message } from "./errors.ts";
import { DRIVERS } from "./kernels.ts";
import type { Report } from "./report.ts";
import type { Driver } from "./types.ts";

/** What decides whether a feature is negotiated and of use. */
export interface FeatureUser {
  readonly driver: Driver;
  /** The kernel fills freed pages with a pattern. */
  readonly pagePoison: boolean;
  /** `CONFIG_PAGE_REPORTING`. */
  readonly pageReporting: boolean;
}

const FREE_PAGE_HINT = 3;
const PAGE_POISON = 4;
const REPORTING = 5;

export function warnOfUselessFeatures(
  named: readonly NamedFeature[],
  user: FeatureUser,
  report: Report,
): void {
  const offered = (bit: number): boolean => named.some(({ feature }) => feature.bit === bit);
  for (const { name, feature, at } of named) {
    const { since } = feature;
    const problem =
      since !== null && DRIVERS[user.driver] < DRIVERS[since.driver]
        ? featureWarnings.unknown({ name, bit: feature.bit, driver: user.driver, since })
        : PROBLEMS.get(feature.bit)?.(name, user, offered);
    if (problem != null) report.value(at, problem);
  }
}

type Problem = (
  name: string,
  user: FeatureUser,
  offered: (bit: number) => boolean,
) => Message | null;

/** Of drivers that know the feature. */
const PROBLEMS: ReadonlyMap<number, Problem> = new Map<number, Problem>([
  [
    PAGE_POISON,
    (name, user, offered) =>
      !user.pagePoison
        ? featureWarnings.notPoisoning(name)
        : // v5.0 to v5.6 write the pattern where they set up hints, and nowhere else.
          user.driver === "v5.5" && !offered(FREE_PAGE_HINT)
          ? featureWarnings.poisonWithoutHints(name)
          : null,
  ],
  [
    REPORTING,
    (name, user, offered) =>
      !user.pageReporting
        ? featureWarnings.noReporting(name)
        : !user.pagePoison
          ? null
          : offered(PAGE_POISON)
            ? featureWarnings.reportsKept(name)
            : featureWarnings.patternNotTold(name),
  ],
]);
