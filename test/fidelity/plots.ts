/**
 * A run as a picture: balloon, free and file pages over time, the recorded run thin and the model
 * bold. Colours are of middle brightness, so that one file reads on a light and on a dark page.
 */
import type { Series } from "./recording.ts";

export interface Picture {
  readonly title: string;
  readonly real: Series;
  readonly model: Series;
  /** What is zero on the time axis, in seconds of each series. */
  readonly realOrigin: number;
  readonly modelOrigin: number;
}

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 52;
const RIGHT = 10;
const TOP = 30;
const BOTTOM = 26;
const LEAD_S = 5;
const MIB_PER_PAGE = 4 / 1024;
const LINES = [
  { key: "balloon", label: "balloon", colour: "#3b82f6" },
  { key: "file", label: "file pages", colour: "#16a34a" },
  { key: "free", label: "free", colour: "#e8710a" },
] as const;

export function drawPicture(picture: Picture): string {
  const { real, model, realOrigin, modelOrigin, title } = picture;
  const end = Math.max(lastOf(real.t) - realOrigin, lastOf(model.t) - modelOrigin);
  const top =
    1.05 * MIB_PER_PAGE * Math.max(...LINES.flatMap(({ key }) => [...real[key], ...model[key]]));
  const x = (seconds: number): number =>
    LEFT + ((seconds + LEAD_S) / (end + LEAD_S)) * (WIDTH - LEFT - RIGHT);
  const y = (mib: number): number => TOP + (1 - mib / top) * (HEIGHT - TOP - BOTTOM);
  const path = (series: Series, key: (typeof LINES)[number]["key"], origin: number): string => {
    const points = series.t.flatMap((t, i) => {
      const seconds = t - origin;
      if (seconds < -LEAD_S) return [];
      return [`${x(seconds).toFixed(1)} ${y((series[key][i] ?? 0) * MIB_PER_PAGE).toFixed(1)}`];
    });
    return `M${points.join("L")}`;
  };
  const lines = LINES.flatMap(({ key, colour }) => [
    `<path d="${path(real, key, realOrigin)}" stroke="${colour}" stroke-width="1" stroke-dasharray="3 2"/>`,
    `<path d="${path(model, key, modelOrigin)}" stroke="${colour}" stroke-width="2" opacity="0.75"/>`,
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="11" fill="none">`,
    `<title>${title}</title>`,
    ...axes(x, y, end, top),
    ...lines,
    legend(title),
    "</svg>",
    "",
  ].join("\n");
}

function axes(
  x: (s: number) => number,
  y: (mib: number) => number,
  end: number,
  top: number,
): string[] {
  const grid: string[] = [];
  for (const mib of ticks(top, 4)) {
    grid.push(
      `<path d="M${LEFT} ${y(mib).toFixed(1)}H${WIDTH - RIGHT}" stroke="#888" opacity="0.3"/>`,
    );
    grid.push(
      `<text x="${LEFT - 6}" y="${(y(mib) + 4).toFixed(1)}" text-anchor="end" fill="#888">${mib}</text>`,
    );
  }
  for (const seconds of ticks(end, 8)) {
    grid.push(
      `<text x="${x(seconds).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="middle" fill="#888">${seconds} s</text>`,
    );
  }
  grid.push(`<text x="6" y="${TOP - 10}" fill="#888">MiB</text>`);
  return grid;
}

function legend(title: string): string {
  const names = LINES.map(
    ({ label, colour }) => `<tspan fill="${colour}" dx="12">${label}</tspan>`,
  );
  return `<text x="${LEFT}" y="16" fill="#888">${title}: recorded dashed, model solid${names.join("")}</text>`;
}

/** Round numbers from 0 up to `most`, about `count` of them. */
function ticks(most: number, count: number): number[] {
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const values: number[] = [];
  for (let value = 0; value <= most; value += step) values.push(value);
  return values;
}

function lastOf(values: readonly number[]): number {
  return values.at(-1) ?? 0;
}
