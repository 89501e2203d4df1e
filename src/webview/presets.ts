/** Selections of counters that answer a question each. Names that a run does not have are skipped. */
import { isAvailable, paneOf } from "./expressions.ts";

export type PresetName = "headline" | "reclaim" | "oom" | "balloon" | "host";

/** In the order in which a plot's legend shows them. Kernels name some counters differently. */
export const PRESETS: Readonly<Record<PresetName, readonly string[]>> = {
  headline: [
    "balloon_pages",
    "balloon_target",
    "nr_free_pages",
    "nr_file_pages",
    "balloon_inflate",
    "balloon_deflate",
  ],
  reclaim: [
    "nr_free_pages",
    "nr_active_file",
    "nr_inactive_file",
    "nr_slab_reclaimable",
    "pgscan_kswapd",
    "pgscan_direct",
    "pgsteal_kswapd",
    "pgsteal_direct",
    "workingset_refault",
    "workingset_refault_file",
    "slabs_scanned",
  ],
  oom: [
    "balloon_pages",
    "nr_free_pages",
    "nr_anon_pages",
    "nr_file_pages",
    "allocstall_normal",
    "allocstall_movable",
    "balloon_deflate",
    "oom_kill",
  ],
  balloon: [
    "balloon_pages",
    "balloon_target",
    "balloon_actual_pages",
    "balloon_inflate",
    "balloon_deflate",
    "balloon_migrate",
    "inflate_in_flight",
    "deflate_in_flight",
  ],
  host: ["host_resident_pages", "balloon_pages", "balloon_target", "nr_free_pages", "pgpgin"],
};

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

/** What a run is drawn in; remembered over reloads. */
export interface Choice {
  readonly preset: PresetName | "custom";
  /** Series of the preset `custom`. */
  readonly picked: readonly string[];
  /** Of counters that only grow: how fast, or how far. */
  readonly totals: "rates" | "sums";
  readonly unit: "size" | "pages" | "percent";
  readonly log: boolean;
  readonly hidden: readonly string[];
}

export const FIRST_CHOICE: Choice = {
  preset: "headline",
  picked: [],
  totals: "rates",
  unit: "size",
  log: false,
  hidden: [],
};

export function seriesOf({ preset, picked }: Choice): readonly string[] {
  return preset === "custom" ? picked : PRESETS[preset];
}

/** With one series more or less; any change of a preset makes it one's own selection. */
export function withSeries(choice: Choice, name: string, shown: boolean): Choice {
  const others = seriesOf(choice).filter((each) => each !== name);
  return { ...choice, preset: "custom", picked: shown ? [...others, name] : others };
}

/** Those of a plot that the run has; before it has said what it has, all. */
export function paneSeries(
  names: readonly string[],
  pane: "memory" | "activity",
  available: readonly string[],
): readonly string[] {
  return names.filter(
    (name) => paneOf(name) === pane && (available.length === 0 || isAvailable(name, available)),
  );
}
