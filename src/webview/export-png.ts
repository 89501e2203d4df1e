import type { Svg } from "./export-svg.ts";

/** Twice as fine as the graphics' own unit, so that it can be printed. */
const SCALE = 2;

/** The graphics as a picture: PNG in base64. */
export async function pictureOf({ text, width, height }: Svg): Promise<string> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const picture = document.createElement("canvas");
  picture.width = width * SCALE;
  picture.height = Math.round(height * SCALE);
  const context = picture.getContext("2d");
  if (context === null) throw new Error("the browser draws no canvas");
  context.drawImage(image, 0, 0, picture.width, picture.height);
  return picture.toDataURL("image/png").replace(/^data:[^,]*,/, "");
}
