import type { DebugInfo, SiteInfo } from "../base/kernel-image.ts";
import type { Scenario } from "../scenario/types.ts";
import type { Place } from "../session/types.ts";
import type { Opened } from "./host.ts";

/** Statements of the model and steps of the scenario, by file and lines, in their order there. */
export function breakpointPlaces(debug: DebugInfo, scenario: Scenario): Opened["places"] {
  return (file, from, to) => {
    const all =
      file.kind === "scenario"
        ? scenario.steps.map(({ range }) => range)
        : statements(debug, file.path);
    return all
      .filter(({ line }) => line >= from && line <= to)
      .sort((one, other) => one.line - other.line || one.column - other.column)
      .map(({ line, column, endLine, endColumn }): Place => ({
        file,
        line,
        column,
        endLine,
        endColumn,
      }));
  };
}

function statements(debug: DebugInfo, path: string): readonly SiteInfo[] {
  return debug.functions
    .filter((fn) => debug.files[fn.file] === path)
    .flatMap((fn) => debug.sites.slice(fn.firstSite, fn.firstSite + fn.siteCount))
    .filter((site) => site !== null)
    .filter((site) => site.kind === "statement");
}
