import { crc32, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { smallPng } from "./small-png.mjs";

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(body.length);
  numbers.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([numbers.subarray(0, 4), named, numbers.subarray(4)]);
}

/** As a browser makes it, with colours as `0xRRGGBB`. */
function png(width: number, colours: readonly number[]): Buffer {
  const height = colours.length / width;
  const rows = Buffer.alloc(height * (3 * width + 1));
  colours.forEach((colour, i) => {
    rows.writeUIntBE(colour, Math.floor(i / width) * (3 * width + 1) + 1 + 3 * (i % width), 3);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Colours of the palette that it has. */
function paletteOf(picture: Buffer): number[] {
  const at = picture.indexOf("PLTE");
  const length = picture.readUInt32BE(at - 4);
  return Array.from({ length: length / 3 }, (_none, i) => picture.readUIntBE(at + 4 + 3 * i, 3));
}

test("surfaces that differ by a little keep their colours, however many others there are", () => {
  const width = 100;
  const surfaces = [0x1f1f1f, 0x181818].flatMap((colour) => Array<number>(width * 40).fill(colour));
  const others = Array.from({ length: width * 20 }, (_none, i) => (i * 7919) % 0x1000000);
  const palette = paletteOf(smallPng(png(width, [...surfaces, ...others])));
  expect(palette.slice(0, 2)).toEqual([0x1f1f1f, 0x181818]);
  expect(palette.length).toBeLessThanOrEqual(256);
});
