/** Shapes of a drawn ring: slot 0 is at the top, and slots go round as a clock does. */

/** Slots `first .. first + count - 1` that look the same. */
export interface Run<Kind> {
  readonly kind: Kind;
  readonly first: number;
  readonly count: number;
}

/** Neighbours of a kind become one run; a run never goes over the end. */
export function runsOf<Kind>(kinds: readonly Kind[]): Run<Kind>[] {
  const runs: Run<Kind>[] = [];
  let first = 0;
  for (let i = 1; i <= kinds.length; i++) {
    const kind = kinds[first];
    if (kind === undefined || (i < kinds.length && kinds[i] === kind)) continue;
    runs.push({ kind, first, count: i - first });
    first = i;
  }
  return runs;
}

export interface Band {
  readonly center: number;
  readonly inner: number;
  readonly outer: number;
  /** Slots of the whole ring. */
  readonly size: number;
}

/** Path of a part of a ring, of at most half of it at a time: an arc cannot end where it begins. */
export function arcPath(band: Band, first: number, count: number): string {
  const half = Math.floor(band.size / 2);
  if (count > half && half > 0)
    return arcPath(band, first, half) + arcPath(band, first + half, count - half);
  const { inner, outer } = band;
  const [a, b] = [pointAt(band, first, outer), pointAt(band, first + count, outer)];
  const [c, d] = [pointAt(band, first + count, inner), pointAt(band, first, inner)];
  return `M${a}A${outer} ${outer} 0 0 1 ${b}L${c}A${inner} ${inner} 0 0 0 ${d}Z`;
}

/** A triangle at the beginning of a slot, its tip at radius `tip` and its base `length` further out. */
export function pointerPath(band: Band, slot: number, tip: number, length: number): string {
  const angle = (slot / band.size) * 2 * Math.PI;
  const base = tip + length;
  const spread = Math.abs(length) * 0.6;
  const along = (sign: number): string => {
    const x = band.center + Math.sin(angle) * base + Math.cos(angle) * spread * sign;
    const y = band.center - Math.cos(angle) * base + Math.sin(angle) * spread * sign;
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  };
  return `M${pointAt(band, slot, tip)}L${along(1)}L${along(-1)}Z`;
}

function pointAt({ center, size }: Band, slot: number, radius: number): string {
  const angle = (slot / size) * 2 * Math.PI;
  const x = center + Math.sin(angle) * radius;
  const y = center - Math.cos(angle) * radius;
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
