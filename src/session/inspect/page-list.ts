/**
 * A long list of pages, by number: the links lead only from one page to the next, so the list
 * remembers every 1024th page that it has passed, and walks from the nearest place that it knows,
 * its end included. Good for as long as the machine does not run.
 */

export interface ListLinks {
  readonly next: () => Int32Array;
  readonly prev: () => Int32Array;
}

const REMEMBERED_EVERY = 1024;

export class PageList {
  readonly #links: ListLinks;
  readonly #head: number;
  readonly #count: number;
  /** Every 1024th page from the front, as far as it was walked; and those met from the back. */
  readonly #places = new Map<number, number>();

  constructor(links: ListLinks, head: number, count: number) {
    this.#links = links;
    this.#head = head;
    this.#count = count;
  }

  /** Fewer than `length` pages at the end of the list. */
  range(start: number, length: number): number[] {
    const end = Math.min(start + length, this.#count);
    if (start < 0 || start >= end) return [];
    const next = this.#links.next();
    const pages: number[] = [];
    let page = this.#at(start);
    while (pages.length < end - start && page !== this.#head) {
      pages.push(page);
      page = next[page]!;
    }
    return pages;
  }

  #at(index: number): number {
    const remembered = index - (index % REMEMBERED_EVERY);
    let from = remembered;
    while (from > 0 && !this.#places.has(from)) from -= REMEMBERED_EVERY;
    const back = this.#nearestBehind(index);
    return index - from <= back - index
      ? this.#walk(this.#links.next(), from, index, 1)
      : this.#walk(this.#links.prev(), back, index, -1);
  }

  /** The nearest known place behind `index`; the head stands behind the last page. */
  #nearestBehind(index: number): number {
    let place = index - (index % REMEMBERED_EVERY) + REMEMBERED_EVERY;
    while (place < this.#count && !this.#places.has(place)) place += REMEMBERED_EVERY;
    return Math.min(place, this.#count);
  }

  /** In stretches between remembered places, so that the way of a link does nothing but follow it. */
  #walk(links: Int32Array, from: number, to: number, step: 1 | -1): number {
    let page = this.#places.get(from) ?? this.#links.next()[this.#head]!;
    if (from === this.#count) page = this.#head;
    for (let index = from; index !== to;) {
      const past = index % REMEMBERED_EVERY;
      const ahead = step > 0 || past === 0 ? REMEMBERED_EVERY - past : past;
      const length = Math.min(ahead, Math.abs(to - index));
      page = follow(links, page, length, step);
      index += step * length;
      if (index % REMEMBERED_EVERY === 0) this.#places.set(index, page);
    }
    return page;
  }
}

/**
 * Pages mostly stand in the order of their numbers. A neighbour that is guessed, and only compared
 * with its link, need not wait for memory: the processor goes on while the link is on its way.
 */
function follow(links: Int32Array, from: number, length: number, step: 1 | -1): number {
  let page = from;
  for (let i = 0; i < length; i++) {
    const guess = page + step;
    const linked = links[page]!;
    page = linked === guess ? guess : linked;
  }
  return page;
}
