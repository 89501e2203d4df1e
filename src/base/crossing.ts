/**
 * A value of a counter that a run shall stop at, whichever way the counter goes past it. Written
 * `nr_free_pages crosses 4096`, it is the name of a function breakpoint: so editors keep it, list it
 * and switch it off like any other.
 */
export interface Crossing {
  /** Name of a series of the samples. */
  readonly counter: string;
  /** In the counter's own unit. */
  readonly value: number;
}

const FORM = /^([a-z_]\w*) crosses (\d{1,15})$/i;

/** Null for what is the name of a function. */
export function parseCrossing(text: string): Crossing | null {
  const [, counter, value] = FORM.exec(text.trim().replace(/\s+/g, " ")) ?? [];
  return counter === undefined ? null : { counter, value: Number(value) };
}

export function crossingText({ counter, value }: Crossing): string {
  return `${counter} crosses ${value}`;
}

export function sameCrossing(one: Crossing, other: Crossing): boolean {
  return one.counter === other.counter && one.value === other.value;
}
