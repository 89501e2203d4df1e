import type { DescriptorState, RingView } from "./rings-model.ts";
import { arcPath, pointerPath, runsOf, type Band } from "./ring-shape.ts";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 208;
const CENTER = SIDE / 2;
const POINTER = 9;
/** Slots of a ring with more than so many touch each other. */
const MOST_SEPARATED = 64;
const CELL = 11;
const CELLS_A_ROW = 32;

/** The queue's rings, seen from above. Colours are in the style sheet. */
export function drawRings(view: RingView, label: string): SVGElement {
  const picture = made("svg", {
    viewBox: `0 0 ${SIDE} ${SIDE}`,
    class: "rings",
    role: "img",
    "aria-label": label,
  });
  const { size, used, descriptors, indices } = view;
  const value = (name: string): number => indices.find((each) => each.name === name)?.value ?? 0;
  if (view.packed) {
    const band: Band = { center: CENTER, inner: 62, outer: 88, size };
    drawBand(
      picture,
      band,
      descriptors.map(({ state }) => state),
    );
    pointers(picture, band, value("next_avail_idx"), value("last_avail_idx"), true);
    pointers(picture, band, value("last_used_idx"), value("used_idx"), false);
  } else {
    const outer: Band = { center: CENTER, inner: 70, outer: 90, size };
    const inner: Band = { center: CENTER, inner: 46, outer: 66, size };
    drawBand(picture, outer, availableSlots(view, value("last_avail_idx")));
    drawBand(
      picture,
      inner,
      used.map(({ live }) => (live ? "used" : "free")),
    );
    pointers(picture, outer, value("avail->idx"), value("last_avail_idx"), true);
    pointers(picture, inner, value("last_used_idx"), value("used->idx"), false);
  }
  const busy = made("text", { x: String(CENTER), y: String(CENTER), class: "busy" });
  busy.textContent = String(size - view.free);
  picture.append(busy);
  return picture;
}

/** What has been taken stays in the ring until it is overwritten; the device may still have it. */
function availableSlots(
  { available, descriptors, size, free }: RingView,
  taken: number,
): DescriptorState[] {
  return available.map(({ id, live }, slot) => {
    if (live) return "available";
    const entriesAgo = (taken - 1 - slot + 2 * size) % size;
    const held = entriesAgo < size - free && descriptors[id]?.state === "device";
    return held ? "device" : "free";
  });
}

/** The descriptor table, a cell for each. */
export function drawDescriptors({ descriptors }: RingView, label: string): SVGElement {
  const columns = Math.min(CELLS_A_ROW, descriptors.length);
  const rows = Math.ceil(descriptors.length / columns);
  const picture = made("svg", {
    viewBox: `0 0 ${columns * CELL} ${rows * CELL}`,
    width: String(columns * CELL),
    class: "descriptors",
    role: "img",
    "aria-label": label,
  });
  descriptors.forEach(({ state, address, length, flags }, i) => {
    const cell = made("rect", {
      x: String((i % columns) * CELL + 0.5),
      y: String(Math.floor(i / columns) * CELL + 0.5),
      width: String(CELL - 2),
      height: String(CELL - 2),
      class: `slot ${state}`,
    });
    const title = made("title", {});
    title.textContent =
      state === "free" ? String(i) : `${i}: ${address}, ${length} ${flags.join("|")}`;
    cell.append(title);
    picture.append(cell);
  });
  return picture;
}

function drawBand(picture: SVGElement, band: Band, kinds: readonly DescriptorState[]): void {
  for (const { kind, first, count } of runsOf(kinds)) {
    picture.append(made("path", { d: arcPath(band, first, count), class: `slot ${kind}` }));
  }
  if (band.size > MOST_SEPARATED) return;
  for (let slot = 0; slot < band.size; slot++) {
    picture.append(made("path", { d: arcPath(band, slot, 1), class: "edge" }));
  }
}

/** Where both ends stand; the driver's pointer is filled. At one place they stand side by side. */
function pointers(
  picture: SVGElement,
  band: Band,
  driver: number,
  device: number,
  outside: boolean,
): void {
  const tip = outside ? band.outer + 2 : band.inner - 2;
  const length = outside ? POINTER : -POINTER;
  const beside = (POINTER / 2 / (2 * Math.PI * tip)) * band.size;
  const apart = driver % band.size === device % band.size ? beside : 0;
  for (const [end, at] of [
    ["driver", driver - apart],
    ["device", device + apart],
  ] as const) {
    const d = pointerPath(band, at % band.size, tip, length);
    picture.append(made("path", { d, class: `pointer ${end}` }));
  }
}

function made(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
