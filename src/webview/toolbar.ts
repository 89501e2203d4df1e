import { seriesOfState, type ChartState } from "./chart-state.ts";
import { CounterPicker } from "./counter-picker.ts";
import { element } from "./dom.ts";
import { LineMenu, type LineMenuOptions } from "./line-menu.ts";
import { choiceOf, commandMenu } from "./menu.ts";
import { PRESET_NAMES, withSeries, type Choice, type PresetName } from "./presets.ts";
import type { ChartTexts, FromChart } from "./protocol.ts";
import type { SeriesStyle } from "./series.ts";

export type SaveFormat = Extract<FromChart, { kind: "save" }>["format"];
export type Comparison = Extract<FromChart, { kind: "compare" }>["with"];

export interface ToolbarOptions {
  readonly texts: ChartTexts;
  readonly state: ChartState;
  readonly onChoice: (choice: Choice) => void;
  readonly onSave: (format: SaveFormat) => void;
  readonly onCompare: (comparison: Comparison) => void;
  readonly lines: Omit<LineMenuOptions, "texts">;
}

const PRESET_LABELS: Readonly<Record<PresetName | "custom", keyof ChartTexts>> = {
  headline: "headline",
  reclaim: "reclaim",
  oom: "oom",
  balloon: "balloonAndQueues",
  host: "host",
  custom: "custom",
};

/** What is drawn and how: presets, counters, unit, scale; and what can be done with it. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #options: ToolbarOptions;
  readonly #preset: HTMLSelectElement;
  readonly #counters: CounterPicker;
  readonly #unit: HTMLSelectElement;
  readonly #totals: HTMLSelectElement;
  readonly #log: HTMLInputElement;
  readonly #lines: LineMenu;

  constructor(options: ToolbarOptions) {
    this.#options = options;
    const { texts, state, onSave, onCompare } = options;
    this.#preset = choiceOf(
      texts.view,
      [...PRESET_NAMES, "custom" as const].map(
        (name) => [name, texts[PRESET_LABELS[name]]] as const,
      ),
      (preset) => this.#choosePreset(preset),
    );
    this.#counters = new CounterPicker({
      texts,
      onPick: (name, shown) => options.onChoice(withSeries(state.choice, name, shown)),
    });
    this.#unit = choiceOf(
      texts.unit,
      [
        ["size", texts.unitSize],
        ["pages", texts.unitPages],
        ["percent", texts.unitPercent],
      ],
      (unit) => this.#change({ unit }),
    );
    this.#totals = choiceOf(
      texts.totals,
      [
        ["rates", texts.asRates],
        ["sums", texts.asSums],
      ],
      (totals) => this.#change({ totals }),
    );
    this.#lines = new LineMenu({ texts, ...options.lines });
    this.#log = element("input", { type: "checkbox" });
    this.#log.addEventListener("change", () => this.#change({ log: this.#log.checked }));
    this.element = element("div", { class: "toolbar", role: "group", "aria-label": texts.view }, [
      this.#preset,
      this.#counters.element,
      this.#unit,
      this.#totals,
      element("label", { class: "check" }, [this.#log, texts.logScale]),
      this.#lines.element,
      commandMenu(texts.compare, [
        { text: texts.compareKernel, run: () => onCompare("kernel") },
        { text: texts.compareBranch, run: () => onCompare("branch") },
        { text: texts.compareRecording, run: () => onCompare("recording") },
        { text: texts.compareNothing, run: () => onCompare("nothing") },
      ]),
      commandMenu(texts.save, [
        { text: texts.savePng, run: () => onSave("png") },
        { text: texts.saveSvg, run: () => onSave("svg") },
        { text: texts.saveCsv, run: () => onSave("csv") },
        { text: texts.savePerfetto, run: () => onSave("perfetto") },
      ]),
    ]);
  }

  /** `lineable` are the series that can have a line. */
  update(lineable: readonly SeriesStyle[]): void {
    const { state } = this.#options;
    const { choice, run, lines } = state;
    this.#preset.value = choice.preset;
    this.#unit.value = choice.unit;
    this.#totals.value = choice.totals;
    this.#log.checked = choice.log;
    const percent = this.#unit.options[2];
    if (percent !== undefined) percent.disabled = (run?.guestPages ?? null) === null;
    this.#lines.update(lineable, lines.length);
    this.#counters.update(run?.available ?? [], seriesOfState(state));
  }

  /** One's own selection starts from what is shown, unless there was one before. */
  #choosePreset(preset: Choice["preset"]): void {
    const { state } = this.#options;
    const { picked } = state.choice;
    const startsAnew = preset === "custom" && picked.length === 0;
    this.#change({ preset, picked: startsAnew ? seriesOfState(state) : picked });
  }

  #change(part: Partial<Choice>): void {
    const { state, onChoice } = this.#options;
    onChoice({ ...state.choice, ...part });
  }
}
