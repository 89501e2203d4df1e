/** Pictures for the documents: 256 colours, which is plenty for a panel, at a third of the size. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

/**
 * @typedef {object} Picture
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} pixels red, green, blue of each
 */

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;

/**
 * The same picture with a palette.
 *
 * @param {Buffer} png one that a browser made: 8 bits, not interlaced
 * @returns {Buffer}
 */
export function smallPng(png) {
  const { width, height, pixels } = decoded(png);
  const palette = paletteOf(pixels);
  /** @type {Map<number, number>} */
  const nearest = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (let i = 0; i < width * height; i++) {
    const colour = colourAt(pixels, i);
    let index = nearest.get(colour);
    if (index === undefined) nearest.set(colour, (index = indexOf(palette, colour)));
    // Each row begins with its filter: none, which suits a palette.
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = index;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(colours)),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The most frequent colours are surfaces: next to each other, one sees the smallest difference. */
const EXACT = 96;

/**
 * The most frequent colours; of the others that differ by a little, the most frequent one.
 *
 * @param {Uint8Array} pixels
 * @returns {number[]}
 */
function paletteOf(pixels) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let i = 0; i < pixels.length / 3; i++) {
    const colour = colourAt(pixels, i);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const frequent = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
  if (frequent.length <= COLOURS) return frequent;
  const exact = frequent.slice(0, EXACT);
  /** @type {Set<number>} */
  const seen = new Set(exact.map((colour) => colour & 0xf0f0f0));
  const apart = frequent.slice(EXACT).filter((colour) => {
    const coarse = colour & 0xf0f0f0;
    return !seen.has(coarse) && seen.add(coarse);
  });
  return [...exact, ...apart].slice(0, COLOURS);
}

/** @param {readonly number[]} palette @param {number} colour */
function indexOf(palette, colour) {
  let best = 0;
  let least = Infinity;
  palette.forEach((each, index) => {
    const red = (each >> 16) - (colour >> 16);
    const green = ((each >> 8) & 255) - ((colour >> 8) & 255);
    const blue = (each & 255) - (colour & 255);
    const distance = 2 * red * red + 4 * green * green + blue * blue;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** @param {Uint8Array} pixels @param {number} index */
function colourAt(pixels, index) {
  const at = index * 3;
  return ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
}

/** @param {Buffer} png @returns {Picture} */
function decoded(png) {
  /** @type {Buffer[]} */
  const data = [];
  let [width, height, samples] = [0, 0, 0];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const name = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (name === "IDAT") data.push(body);
    if (name === "IHDR") {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      samples = body[9] === 6 ? 4 : 3;
    }
    at += length + 12;
  }
  const rows = unfiltered(inflateSync(Buffer.concat(data)), height, width * samples, samples);
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let k = 0; k < 3; k++) pixels[i * 3 + k] = rows[i * samples + k] ?? 0;
  }
  return { width, height, pixels };
}

/**
 * Undoes the filters of each row (PNG specification, section 9).
 *
 * @param {Buffer} raw
 * @param {number} height
 * @param {number} length
 * @param {number} samples
 */
function unfiltered(raw, height, length, samples) {
  const rows = new Uint8Array(height * length);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (length + 1)];
    for (let x = 0; x < length; x++) {
      const left = x < samples ? 0 : (rows[y * length + x - samples] ?? 0);
      const above = y === 0 ? 0 : (rows[(y - 1) * length + x] ?? 0);
      const corner = x < samples || y === 0 ? 0 : (rows[(y - 1) * length + x - samples] ?? 0);
      const value = raw[y * (length + 1) + 1 + x] ?? 0;
      rows[y * length + x] = value + predicted(filter, left, above, corner);
    }
  }
  return rows;
}

/** @param {number | undefined} filter @param {number} a @param {number} b @param {number} c */
function predicted(filter, a, b, c) {
  switch (filter) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return (a + b) >> 1;
    case 4: {
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
    default:
      return 0;
  }
}

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
