/** Walks the values of a tree; types are not visited. */
import * as t from "@babel/types";

/** Calls `visit` for `node` and everything below; returning false skips what is below. */
export function walk(
  node: t.Node,
  visit: (node: t.Node, parent: t.Node | null) => boolean | void,
  parent: t.Node | null = null,
): void {
  if (visit(node, parent) === false) return;
  for (const child of children(node)) walk(child, visit, node);
}

/** Direct children in source order of evaluation, type annotations left out. */
export function children(node: t.Node): t.Node[] {
  const found: t.Node[] = [];
  for (const key of t.VISITOR_KEYS[node.type] ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child) && !isTypeNode(child)) found.push(child);
    }
  }
  return found;
}

/** The expression under casts and parentheses, which mean nothing at run time. */
export function bare<T extends t.Node>(node: T): Exclude<T, TypeWrapper> {
  let inner: t.Node = node;
  while (isWrapper(inner)) inner = inner.expression;
  return inner as Exclude<T, TypeWrapper>;
}

export type TypeWrapper =
  | t.TSAsExpression
  | t.TSNonNullExpression
  | t.TSSatisfiesExpression
  | t.TSTypeAssertion
  | t.ParenthesizedExpression;

export function isWrapper(node: t.Node): node is TypeWrapper {
  switch (node.type) {
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return true;
    default:
      return false;
  }
}

/** TypeScript nodes that stand where a statement or an expression does: the subset check sees them. */
const VISIBLE = new Set([
  "TSDeclareFunction",
  "TSEnumDeclaration",
  "TSExportAssignment",
  "TSImportEqualsDeclaration",
  "TSInstantiationExpression",
  "TSInterfaceDeclaration",
  "TSModuleDeclaration",
  "TSParameterProperty",
  "TSTypeAliasDeclaration",
]);

function isTypeNode(node: t.Node): boolean {
  return node.type.startsWith("TS") && !isWrapper(node) && !VISIBLE.has(node.type);
}

function isNode(value: unknown): value is t.Node {
  return typeof value === "object" && value !== null && "type" in value;
}
