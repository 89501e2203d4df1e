export type ThemeColor =
  "foreground" | "muted" | "blue" | "green" | "orange" | "red" | "yellow" | "purple";

/** The editor's theme as canvas code needs it; canvases do not see CSS variables. */
export interface Theme {
  readonly colors: Readonly<Record<ThemeColor, string>>;
  readonly background: string;
  readonly grid: string;
  readonly font: string;
  readonly highContrast: boolean;
  readonly reducedMotion: boolean;
}

/** In case a theme leaves a colour undefined; readable on light and dark. */
const VARIABLES: Readonly<Record<ThemeColor, readonly [variable: string, fallback: string]>> = {
  foreground: ["--vscode-editor-foreground", "#808080"],
  muted: ["--vscode-descriptionForeground", "#808080"],
  blue: ["--vscode-charts-blue", "#3794ff"],
  green: ["--vscode-charts-green", "#4a9a5b"],
  orange: ["--vscode-charts-orange", "#d18616"],
  red: ["--vscode-charts-red", "#e05252"],
  yellow: ["--vscode-charts-yellow", "#b89500"],
  purple: ["--vscode-charts-purple", "#a06cd5"],
};

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (variable: string, fallback: string): string =>
    style.getPropertyValue(variable).trim() || fallback;
  const color = (name: ThemeColor): string => read(...VARIABLES[name]);
  const { classList } = document.body;
  const highContrast =
    classList.contains("vscode-high-contrast") || classList.contains("vscode-high-contrast-light");
  return {
    colors: {
      foreground: color("foreground"),
      muted: highContrast ? color("foreground") : color("muted"),
      blue: color("blue"),
      green: color("green"),
      orange: color("orange"),
      red: color("red"),
      yellow: color("yellow"),
      purple: color("purple"),
    },
    background: read("--vscode-editor-background", "#ffffff"),
    grid: withAlpha(color("foreground"), highContrast ? 0.35 : 0.12),
    font: `11px ${read("--vscode-font-family", "system-ui, sans-serif")}`,
    highContrast,
    reducedMotion:
      classList.contains("vscode-reduce-motion") ||
      matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

/** VS Code changes classes of the body and variables in the root's style when the theme changes. */
export function onThemeChange(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["style", "class"],
  });
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["class", "data-vscode-theme-id"],
  });
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", changed);
}

/** The same colour, partly transparent; browsers resolve any notation for us. */
export function withAlpha(color: string, alpha: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(alpha * 100)}%, transparent)`;
}
