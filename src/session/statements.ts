/**
 * All statements of the model in one table, in the order of files and lines: what stands in for
 * machine code. Statement `n` has the address `TEXT_BASE + 16 n`, where a real kernel's text lies.
 */
import type { DebugInfo, KernelImage, SiteInfo } from "../base/kernel-image.ts";
import { placeOfSite } from "./breakpoints.ts";
import type { StatementView } from "./types.ts";

/** `_text` of x86-64 (Documentation/arch/x86/x86_64/mm.rst). */
const TEXT_BASE = 0xffffffff81000000n;
const BYTES_EACH = 16n;

export class Statements {
  readonly #debug: DebugInfo;
  readonly #sources: Readonly<Record<string, string>>;
  readonly #sites: readonly SiteInfo[];
  readonly #indices = new Map<number, number>();
  readonly #lines = new Map<number, readonly string[]>();

  constructor({ debug, sources }: KernelImage) {
    this.#debug = debug;
    this.#sources = sources;
    this.#sites = debug.sites.filter((site) => site?.kind === "statement") as SiteInfo[];
    this.#sites.forEach((site, index) => this.#indices.set(site.id, index));
  }

  /** Rows of the table; fewer than `count` at its end, none outside. */
  views(start: number, count: number): readonly StatementView[] {
    const from = Math.max(0, start);
    const to = Math.max(from, start + count);
    return this.#sites.slice(from, to).map((site, offset) => this.#view(site, from + offset));
  }

  /** The row at an address, or at the nearest one below it; it may lie outside the table. Null: far outside. */
  indexAt(address: bigint): number | null {
    const bytes = address - TEXT_BASE;
    const rest = ((bytes % BYTES_EACH) + BYTES_EACH) % BYTES_EACH;
    const index = (bytes - rest) / BYTES_EACH;
    return Number.isSafeInteger(Number(index)) ? Number(index) : null;
  }

  /** Row of a site: of a call, the innermost statement around it. -1 for none. */
  indexOf(siteId: number): number {
    const known = this.#indices.get(siteId);
    if (known !== undefined) return known;
    const call = this.#debug.sites[siteId];
    const fn = call == null ? undefined : this.#debug.functions[call.fn];
    if (call == null || fn === undefined) return -1;
    let best = -1;
    for (let id = fn.firstSite; id < fn.firstSite + fn.siteCount; id++) {
      const index = this.#indices.get(id);
      // Inner statements begin later than those around them.
      if (index !== undefined && contains(this.#sites[index]!, call)) best = index;
    }
    this.#indices.set(siteId, best);
    return best;
  }

  /** `fill_balloon+0x40/0x1a0`: the place of a site, as a call trace names it. */
  symbolOf(siteId: number): string {
    const { fn } = this.#debug.sites[siteId]!;
    const { name, firstSite } = this.#debug.functions[fn]!;
    const rows = this.#sites.filter((site) => site.fn === fn).length;
    const offset = Math.max(0, this.indexOf(siteId) - this.indexOf(firstSite));
    const hex = (row: number): string => `0x${(BigInt(row) * BYTES_EACH).toString(16)}`;
    return `${name}+${hex(offset)}/${hex(rows)}`;
  }

  siteAt(index: number): SiteInfo | undefined {
    return this.#sites[index];
  }

  #view(site: SiteInfo, index: number): StatementView {
    const fn = this.#debug.functions[site.fn]!;
    const first = this.indexOf(fn.firstSite);
    return {
      index,
      address: addressOfStatement(index),
      function: fn.name,
      offset: (index - Math.max(first, 0)) * Number(BYTES_EACH),
      text: this.#text(fn.file, site),
      place: placeOfSite(this.#debug, site),
    };
  }

  /** The statement as written; of one over several lines the first. */
  #text(file: number, { line, column, endLine, endColumn }: SiteInfo): string {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = (this.#sources[this.#debug.files[file]!] ?? "").split("\n");
      this.#lines.set(file, lines);
    }
    const text = lines[line] ?? "";
    return line === endLine ? text.slice(column, endColumn) : `${text.slice(column).trimEnd()} …`;
  }
}

export function addressOfStatement(index: number): string {
  return `0x${(TEXT_BASE + BigInt(index) * BYTES_EACH).toString(16)}`;
}

function contains(outer: SiteInfo, inner: SiteInfo): boolean {
  const begins =
    outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column);
  const ends =
    outer.endLine > inner.endLine ||
    (outer.endLine === inner.endLine && outer.endColumn >= inner.endColumn);
  return begins && ends;
}
