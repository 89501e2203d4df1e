/** A batch of samples as it arrives: see `SamplesBody` of the debug adapter. */
export interface SampleBatch {
  /** Number of the first sample here; samples are numbered from 0 along the run. */
  readonly first: number;
  /** Drop what is there from sample number `first` on before adding these. */
  readonly truncate: boolean;
  readonly times: readonly number[];
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly SampleEvent[];
}

export interface SampleEvent {
  readonly time: number;
  readonly name: string;
  readonly a: number;
  readonly b: number;
}

/** Everything in a `SampleColumns`, as plain data. On its way through JSON a NaN becomes null. */
export interface SampleSnapshot {
  readonly stride: number;
  readonly numbers: readonly number[];
  readonly times: readonly number[];
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly events: readonly SampleEvent[];
}

export interface SampleColumnsOptions {
  /** Series that are kept, others in a batch are ignored; or all, as they come. */
  readonly series: readonly string[] | "all";
  /** Names of events that are kept. */
  readonly events: readonly string[];
  /** Rows and events above which every second one goes; at least 4. */
  readonly limit: number;
}

/**
 * The samples of one run in columns that share a time axis, within a bound. Row i was read at
 * `times[i]`. When there are more than `limit` rows, those stay whose sample number is a multiple
 * of `stride`, which doubles; the newest row stays always. With a limit of 4:
 *
 *     0 1 2 3 + 4  ->  0 2 4 (stride 2);  + 5 6  ->  0 2 4 6;  + 7  ->  0 4 7 (stride 4)
 *
 * A counter that only grows loses nothing by this but resolution in time.
 */
export class SampleColumns {
  readonly #options: SampleColumnsOptions;
  #stride = 1;
  #numbers: number[] = [];
  #times: number[] = [];
  #columns: Map<string, number[]>;
  #events: SampleEvent[] = [];

  constructor(options: SampleColumnsOptions, snapshot?: SampleSnapshot) {
    this.#options = options;
    const column = (name: string): number[] =>
      Array.from(snapshot?.times ?? [], (_time, row) => snapshot?.series[name]?.[row] ?? NaN);
    const names = options.series === "all" ? Object.keys(snapshot?.series ?? {}) : options.series;
    this.#columns = new Map(names.map((name) => [name, column(name)]));
    if (snapshot === undefined) return;
    this.#stride = snapshot.stride;
    this.#numbers = [...snapshot.numbers];
    this.#times = [...snapshot.times];
    this.#events = [...snapshot.events];
  }

  get length(): number {
    return this.#times.length;
  }

  /** Valid until the next change, as are the columns. */
  get times(): readonly number[] {
    return this.#times;
  }

  get events(): readonly SampleEvent[] {
    return this.#events;
  }

  /** NaN where a batch did not have the series. */
  column(name: string): readonly number[] {
    return this.#columns.get(name) ?? [];
  }

  /** Series that are kept, in the order in which they came. */
  get names(): readonly string[] {
    return [...this.#columns.keys()];
  }

  append(batch: SampleBatch): void {
    if (batch.truncate) this.#truncate(batch.first);
    if (this.#options.series === "all") this.#addColumns(Object.keys(batch.series));
    for (let i = 0; i < batch.times.length; i++) {
      const number = batch.first + i;
      const last = this.#numbers.at(-1);
      // Batches that overlap bring nothing new.
      if (last !== undefined && number <= last) continue;
      if (last !== undefined && last % this.#stride !== 0) this.#shorten(this.length - 1);
      this.#numbers.push(number);
      this.#times.push(batch.times[i] ?? NaN);
      for (const [name, column] of this.#columns) column.push(batch.series[name]?.[i] ?? NaN);
      if (this.length > this.#options.limit) this.#thinRows();
    }
    this.#addEvents(batch.events);
  }

  /** All of it, or only some of the series. */
  snapshot(names: readonly string[] = this.names): SampleSnapshot {
    const wanted = names.filter((name) => this.#columns.has(name));
    return {
      stride: this.#stride,
      numbers: [...this.#numbers],
      times: [...this.#times],
      series: Object.fromEntries(wanted.map((name) => [name, [...this.column(name)]])),
      events: [...this.#events],
    };
  }

  #addColumns(names: readonly string[]): void {
    for (const name of names) {
      if (!this.#columns.has(name))
        this.#columns.set(
          name,
          this.#times.map(() => NaN),
        );
    }
  }

  #truncate(first: number): void {
    let length = this.length;
    while (length > 0 && (this.#numbers[length - 1] ?? 0) >= first) length--;
    this.#shorten(length);
    const end = this.#times.at(-1) ?? -Infinity;
    this.#events = this.#events.filter((event) => event.time <= end);
    if (length === 0) this.#stride = 1;
  }

  #shorten(length: number): void {
    this.#numbers.length = length;
    this.#times.length = length;
    for (const column of this.#columns.values()) column.length = length;
  }

  #thinRows(): void {
    this.#stride *= 2;
    const last = this.length - 1;
    const stays = (row: number): boolean =>
      row === last || (this.#numbers[row] ?? 0) % this.#stride === 0;
    const keep = (values: readonly number[]): number[] =>
      values.filter((_value, row) => stays(row));
    const numbers = keep(this.#numbers);
    this.#times = keep(this.#times);
    for (const [name, column] of this.#columns) this.#columns.set(name, keep(column));
    this.#numbers = numbers;
  }

  /** Batches may bring the events since the sample before them once more. */
  #addEvents(events: readonly SampleEvent[]): void {
    for (const event of events) {
      if (!this.#options.events.includes(event.name)) continue;
      let at = this.#events.length;
      while (at > 0 && (this.#events[at - 1]?.time ?? 0) > event.time) at--;
      let twin = at - 1;
      while (
        twin >= 0 &&
        this.#events[twin]?.time === event.time &&
        !isSame(this.#events[twin], event)
      )
        twin--;
      if (!isSame(this.#events[twin], event)) this.#events.splice(at, 0, event);
    }
    while (this.#events.length > this.#options.limit) this.#thinEvents();
  }

  /** Every second one of the most frequent kind goes, so that the rare ones stay. */
  #thinEvents(): void {
    const counts = new Map<string, number>();
    for (const { name } of this.#events) counts.set(name, (counts.get(name) ?? 0) + 1);
    const [most] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [""];
    let index = 0;
    this.#events = this.#events.filter(({ name }) => name !== most || index++ % 2 === 0);
  }
}

function isSame(one: SampleEvent | undefined, other: SampleEvent): boolean {
  return (
    one !== undefined &&
    one.time === other.time &&
    one.name === other.name &&
    one.a === other.a &&
    one.b === other.b
  );
}
