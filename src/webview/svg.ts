/** Pieces of scalable graphics as text. */

export type Anchor = "start" | "middle" | "end";

export interface TextStyle {
  readonly color: string;
  readonly anchor?: Anchor;
  readonly bold?: boolean;
  /** Colour behind the letters, where curves are. */
  readonly halo?: string;
}

export function svgText(
  x: number,
  y: number,
  content: string,
  { color, anchor = "start", bold = false, halo }: TextStyle,
): string {
  const weight = bold ? ' font-weight="600"' : "";
  const behind =
    halo === undefined ? "" : ` paint-order="stroke" stroke="${escapeXml(halo)}" stroke-width="4"`;
  return `<text x="${short(x)}" y="${short(y)}" fill="${escapeXml(color)}" text-anchor="${anchor}"${weight}${behind}>${escapeXml(content)}</text>`;
}

export interface Stroke {
  readonly color: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  readonly opacity?: number;
}

export function svgLine(x1: number, y1: number, x2: number, y2: number, stroke: Stroke): string {
  return `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}"${strokeOf(stroke)}/>`;
}

/** `d` as in SVG; filled with `fill`, which is mostly transparent. */
export function svgPath(d: string, stroke: Stroke, fill: string | null = null): string {
  const filled = fill === null ? "none" : `${escapeXml(fill)}" fill-opacity="0.14`;
  return `<path d="${d}" fill="${filled}"${strokeOf(stroke)}/>`;
}

function strokeOf({ color, width = 1, dash = [], opacity = 1 }: Stroke): string {
  const dashes = dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`;
  const faint = opacity === 1 ? "" : ` stroke-opacity="${opacity}"`;
  return ` stroke="${escapeXml(color)}" stroke-width="${width}"${dashes}${faint}`;
}

export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escapeXml(content: string): string {
  return content.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
