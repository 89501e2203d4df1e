/** How the states of pages look: related states share a colour, the weaker one hatched and faint. */
import type { Theme, ThemeColor } from "./theme.ts";

export interface StateStyle {
  /** As the protocol calls it. */
  readonly name: string;
  readonly color: ThemeColor;
  /** How much of the colour there is, the rest being background. */
  readonly strength: number;
  /** Drawn over tiles that are large enough. */
  readonly hatched: boolean;
}

const STYLES: readonly StateStyle[] = [
  { name: "free", color: "green", strength: 0.5, hatched: false },
  { name: "free_absent", color: "green", strength: 0.18, hatched: false },
  { name: "pcp", color: "green", strength: 1, hatched: false },
  { name: "active_file", color: "orange", strength: 1, hatched: false },
  { name: "inactive_file", color: "orange", strength: 0.5, hatched: true },
  { name: "active_anon", color: "purple", strength: 1, hatched: false },
  { name: "inactive_anon", color: "purple", strength: 0.5, hatched: true },
  { name: "kernel", color: "muted", strength: 0.7, hatched: false },
  { name: "balloon", color: "blue", strength: 0.45, hatched: true },
  { name: "in_flight", color: "yellow", strength: 1, hatched: false },
  { name: "discarded", color: "blue", strength: 1, hatched: false },
];

/** A state that an older page does not know is drawn like red ink: visibly. */
export function styleOf(name: string): StateStyle {
  const known = STYLES.find((style) => style.name === name);
  return known ?? { name, color: "red", strength: 1, hatched: false };
}

export interface Paint {
  readonly fill: string;
  /** Of the hatching, null for none. */
  readonly line: string | null;
}

/** `faded`: another state is being looked at. */
export function paintOf(
  { color, strength, hatched }: StateStyle,
  theme: Theme,
  faded: boolean,
): Paint {
  const share = Math.round(strength * (faded ? 0.12 : 1) * 100);
  const ink = theme.colors[color];
  return {
    fill: `color-mix(in srgb, ${ink} ${share}%, ${theme.background})`,
    line: hatched && !faded ? ink : null,
  };
}
