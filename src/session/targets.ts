/** Where one can step in, and where one can jump to within a function. */
import type { DebugInfo, Frame, SiteInfo } from "../base/kernel-image.ts";
import type { Thread } from "../machine/thread.ts";
import { firstStatement, placeOfSite, statementsOf } from "./breakpoints.ts";
import type { Change } from "./changes.ts";
import { calledBy } from "./stepping.ts";
import type { TargetView } from "./types.ts";

/** Functions that the statement at which a frame stands may call; ids are those of the functions. */
export function stepInTargetsOf(debug: DebugInfo, frame: Frame): readonly TargetView[] {
  const site = debug.sites[frame[0] as number]!;
  return calledBy(debug, site).flatMap((fn) => {
    const first = firstStatement(debug, fn);
    return first === undefined
      ? []
      : [{ id: fn.id, label: fn.name, place: placeOfSite(debug, first) }];
  });
}

/** Statements of the innermost function on this line, or on the next that has any; ids are their sites. */
export function gotoTargetsOf(
  debug: DebugInfo,
  thread: Thread,
  path: string,
  line: number,
): readonly TargetView[] {
  const here = siteOf(debug, thread);
  if (here === null) return [];
  const fn = debug.functions[here.fn]!;
  if (debug.files[fn.file] !== path || line < fn.line || line > fn.endLine) return [];
  const able = statementsOf(debug, fn).filter((site) => sourcesOf(here, site) !== null);
  const from = able.filter((site) => site.line >= line);
  const nearest = Math.min(...from.map((site) => site.line));
  return from
    .filter((site) => site.line === nearest)
    .map((site) => ({
      id: site.id,
      label: `${fn.name}, line ${site.line + 1}`,
      place: placeOfSite(debug, site),
    }));
}

/** The change that makes a stopped thread go on at the statement `id`; null when it cannot. */
export function jumpTo(debug: DebugInfo, thread: Thread, id: number): Change | null {
  const here = siteOf(debug, thread);
  const target = debug.sites[id];
  if (here === null || target == null || target.kind !== "statement") return null;
  const sources = target.fn === here.fn ? sourcesOf(here, target) : null;
  return sources === null ? null : { kind: "jump", frame: [id, ...sources] };
}

/**
 * For each value of a frame at `target`, its place in a frame at `here`; -1 for a variable that has
 * no value yet. Null where the compiler keeps something, such as the state of a loop, which is not
 * there to be taken over.
 */
function sourcesOf(here: SiteInfo, target: SiteInfo): readonly number[] | null {
  const sources: number[] = [];
  for (const [place, { name, temporary }] of target.visible.entries()) {
    const same = (index: number): boolean => here.visible[index]?.name === name;
    // Declarations are visible in the order of their scopes, so the same place is the same one.
    const at = same(place) ? place : here.visible.findLastIndex((_, index) => same(index));
    if (at < 0 && temporary) return null;
    if (temporary && at !== place) return null;
    sources.push(at < 0 ? -1 : at + 1);
  }
  return sources;
}

function siteOf(debug: DebugInfo, thread: Thread): SiteInfo | null {
  const frame = thread.frames.at(-1);
  const site = frame === undefined ? null : debug.sites[frame[0] as number];
  return site?.kind === "statement" ? site : null;
}
