/**
 * `matrix:`: one file, several runs. Each key is an axis with its values, and every combination of
 * them is a variant: the scenario with those values in place of what it says. A variant is called
 * by its values, `v4.19, 2GiB`, so that a name typed on the command line needs no counting.
 */
import { matrixErrors } from "./errors.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import { checkShape, keysOf, GUEST, MATRIX } from "./shape.ts";
import type { Range } from "./types.ts";
import { parseYaml, type TreeValue } from "./yaml-tree.ts";

export interface Variant {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** Where each of its values stands in the matrix, and what it takes the place of. */
  readonly places: readonly Place[];
}

interface Place {
  readonly instead: Path;
  readonly at: Path;
}

/** A table of more is read by nobody, and every one is checked at each key press. */
export const MAX_VARIANTS = 32;

/** A kernel or a seed that is asked for by other means takes its axis away. */
export interface FixedAxes {
  readonly kernel?: string;
  readonly seed?: number;
}

/** Variants of a scenario's text with their place in it; none where there is no usable matrix. */
export function variantsOf(
  text: string,
  fixed: FixedAxes = {},
): readonly (Variant & { readonly range: Range })[] {
  const tree = parseYaml(text);
  const { root, report } = tree;
  if (root === null || typeof root === "string" || Array.isArray(root)) return [];
  return readMatrix(root["matrix"], fixed, report).map((variant) => ({
    ...variant,
    range: tree.rangeOf(variant.places.at(0)?.at ?? ["matrix"]),
  }));
}

export function readMatrix(
  section: TreeValue | undefined,
  fixed: FixedAxes,
  report: Report,
): readonly Variant[] {
  const shape = section === undefined ? null : checkShape(MATRIX, section, ["matrix"], report);
  if (section === undefined || shape === null) return [];
  let variants: readonly Variant[] = [{ name: "", values: {}, places: [] }];
  for (const axis of Object.keys(section)) {
    const values = shape[axis] ?? [];
    reportProblems(axis, values, report);
    if (isFixed(axis, fixed) || values.length === 0) continue;
    variants = variants.flatMap((variant) =>
      values.slice(0, MAX_VARIANTS + 1).map((value, index) => extend(variant, axis, value, index)),
    );
    if (variants.length > MAX_VARIANTS) {
      report.key(["matrix"], matrixErrors.tooMany(variants.length, MAX_VARIANTS));
      variants = variants.slice(0, MAX_VARIANTS);
    }
  }
  return variants.filter(({ places }) => places.length > 0);
}

/** What a variant is called where some axes are decided otherwise; "" when all are. */
export function nameWithout({ values }: Variant, fixed: FixedAxes): string {
  return Object.entries(values)
    .filter(([axis]) => !isFixed(axis, fixed))
    .map(([, value]) => value)
    .join(", ");
}

function reportProblems(axis: string, values: readonly string[], report: Report): void {
  if (values.length === 0) report.key(["matrix", axis], matrixErrors.empty(axis));
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) < index)
      report.value(["matrix", axis, index], matrixErrors.twice(axis, value));
  }
}

function isFixed(axis: string, { kernel, seed }: FixedAxes): boolean {
  return (axis === "kernel" && kernel !== undefined) || (axis === "seed" && seed !== undefined);
}

function extend(variant: Variant, axis: string, value: string, index: number): Variant {
  return {
    name: variant.name === "" ? value : `${variant.name}, ${value}`,
    values: { ...variant.values, [axis]: value },
    places: [...variant.places, { instead: pathOf(axis), at: ["matrix", axis, index] }],
  };
}

/** What an axis stands for: `memory` for `guest.memory`, `seed` for itself. */
function pathOf(axis: string): Path {
  return keysOf(GUEST).includes(axis) ? ["guest", axis] : [axis];
}

type TreeMap = { [key: string]: TreeValue };

/** The scenario's tree with a variant's values in it; the tree itself stays as it is. */
export function withVariant(root: TreeMap, { values }: Variant): TreeMap {
  const changed = copyOf(root);
  const guest = root["guest"];
  if (typeof guest === "object" && !Array.isArray(guest)) changed["guest"] = copyOf(guest);
  for (const [axis, value] of Object.entries(values)) {
    const [section = "", key] = pathOf(axis);
    const inner = changed[String(section)];
    if (key === undefined) changed[axis] = value;
    else if (typeof inner === "object" && !Array.isArray(inner)) inner[axis] = value;
  }
  return changed;
}

/** Without a prototype, as the YAML reader makes them. */
function copyOf(map: TreeMap): TreeMap {
  return Object.assign(Object.create(null) as TreeMap, map);
}
