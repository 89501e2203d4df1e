/**
 * What one instruction is to this debugger: one operation on one page. These are the functions of
 * the model that take a `struct page` and give nothing back (free it, add it to a list or a file,
 * take it off) without ever sleeping, and the two that hand out a page the machine had.
 */
import type { DebugInfo, FunctionInfo } from "../base/kernel-image.ts";
import { firstStatement } from "./breakpoints.ts";

/** Where a page comes from: the allocator's end of a list, and the balloon's. */
const SOURCES = new Set(["rmqueue", "balloon_page_dequeue"]);

const known = new WeakMap<DebugInfo, readonly FunctionInfo[]>();

export function pageOperations(debug: DebugInfo): readonly FunctionInfo[] {
  let found = known.get(debug);
  if (found === undefined) {
    found = debug.functions.filter(isPageOperation);
    known.set(debug, found);
  }
  return found;
}

/** Where each of them begins. */
export function pageOperationSites(debug: DebugInfo): ReadonlySet<number> {
  return new Set(pageOperations(debug).flatMap((fn) => firstStatement(debug, fn)?.id ?? []));
}

function isPageOperation(fn: FunctionInfo): boolean {
  if (SOURCES.has(fn.name)) return true;
  const takesPage = fn.params.some(({ type }) => type === "Page");
  return takesPage && fn.returns === "void" && !fn.maySleep;
}
