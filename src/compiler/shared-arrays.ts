/**
 * Which module-level arrays may also be come by under another name: those that are passed on, kept
 * in a struct, or assigned. An element of any other is read and written by the array's name only.
 */
import type * as t from "@babel/types";
import type { Program } from "./program.ts";
import { walk } from "./walk.ts";

export function findShared(program: Program): void {
  const roots = [
    ...program.functions.map(({ node }) => node),
    ...program.initialisers.flatMap(({ node }) =>
      node.declarations.flatMap(({ init }) => init ?? []),
    ),
  ];
  for (const root of roots) {
    walk(root, (node, parent) => {
      const target = node.type === "Identifier" ? program.references.get(node) : undefined;
      if (target?.kind === "global" && !isOwner(node, parent)) target.shared = true;
    });
  }
  for (const global of program.globals) if (global.keyword === "let") global.shared = true;
}

/** `vmstat` in `vmstat[i]`, `vmstat.length`, `vmstat.fill(0)` and `for (const each of vmstat)`. */
function isOwner(node: t.Node, parent: t.Node | null): boolean {
  if (parent?.type === "ForOfStatement") return true;
  if (parent?.type !== "MemberExpression" || parent.object !== node) return false;
  return (
    parent.computed ||
    (parent.property.type === "Identifier" && parent.property.name !== "subarray")
  );
}
