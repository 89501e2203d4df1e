/** Types of values where the source does not write them: simple cases only, else null. */
import type * as t from "@babel/types";
import type { Program, SourceFile, StructDeclaration } from "./program.ts";
import { typeText } from "./declared-types.ts";
import { bare } from "./walk.ts";

/** Type of a variable that starts with `expression`, as a name to show, or null. */
export function inferredType(
  program: Program,
  file: SourceFile,
  expression: t.Node,
): string | null {
  const type = typeOf(program, file, expression);
  return type === "null" ? null : type;
}

function typeOf(program: Program, file: SourceFile, expression: t.Node): string | null {
  switch (expression.type) {
    case "TSAsExpression":
    case "TSTypeAssertion": {
      const type = typeText(file, expression.typeAnnotation);
      return type === "const" ? typeOf(program, file, expression.expression) : type;
    }
    case "TSSatisfiesExpression":
    case "ParenthesizedExpression":
      return typeOf(program, file, expression.expression);
    case "TSNonNullExpression":
      return nonNull(typeOf(program, file, expression.expression));
    case "NumericLiteral":
    case "UpdateExpression":
      return "number";
    case "StringLiteral":
    case "TemplateLiteral":
      return "string";
    case "BooleanLiteral":
      return "boolean";
    case "NullLiteral":
      return "null";
    case "UnaryExpression":
      return expression.operator === "!" ? "boolean" : (unaryTypes[expression.operator] ?? null);
    case "Identifier":
      return namedType(program, expression);
    case "NewExpression":
      return expression.callee.type === "Identifier" ? newType(file, expression) : null;
    case "CallExpression":
      return callType(program, file, expression);
    case "MemberExpression":
      return memberType(program, file, expression);
    case "BinaryExpression":
      return binaryType(program, file, expression);
    case "AssignmentExpression":
      return expression.operator === "=" ? typeOf(program, file, expression.right) : null;
    case "ConditionalExpression": {
      const then = typeOf(program, file, expression.consequent);
      const otherwise = typeOf(program, file, expression.alternate);
      if (then === "null" || otherwise === "null") return orNull(then, otherwise);
      return then === otherwise ? then : null;
    }
    case "LogicalExpression": {
      const left = typeOf(program, file, expression.left);
      return left === typeOf(program, file, expression.right) ? left : null;
    }
    default:
      return null;
  }
}

/** `task_struct` for `task_struct[]`, `number` for typed arrays. */
export function elementType(arrayType: string | null): string | null {
  const type = nonNull(arrayType)?.replace(/^readonly /, "") ?? null;
  if (type === null) return null;
  if (/^(Int|Uint|Float)\d+Array$/.test(type)) return "number";
  const element = /^(.+)\[\]$/.exec(type)?.[1] ?? /^(?:Readonly)?Array<(.+)>$/.exec(type)?.[1];
  return element?.replace(/^\((.*)\)$/, "$1") ?? null;
}

/** Members of a declared struct, inherited ones first. */
export function fieldsOf(
  program: Program,
  struct: StructDeclaration,
  seen: ReadonlySet<string> = new Set(),
): { name: string; type: string }[] {
  const fields = new Map<string, string>();
  for (const base of struct.bases) {
    const declaration = program.interfaces.get(base);
    if (declaration === undefined || seen.has(base)) continue;
    const inherited = fieldsOf(program, declaration, new Set([...seen, struct.name]));
    for (const { name, type } of inherited) fields.set(name, type);
  }
  for (const { name, type } of struct.fields) fields.set(name, type);
  return [...fields].map(([name, type]) => ({ name, type }));
}

const unaryTypes: Readonly<Record<string, string>> = {
  "-": "number",
  "+": "number",
  "~": "number",
  typeof: "string",
};

function namedType(program: Program, node: t.Identifier): string | null {
  const target = program.references.get(node);
  if (target === undefined) return ["NaN", "Infinity"].includes(node.name) ? "number" : null;
  return target.kind === "function" || target.kind === "external" ? null : target.type;
}

/** What methods of arrays and strings return, where it does not depend on the elements. */
const METHOD_TYPES: Readonly<Record<string, string>> = {
  charCodeAt: "number",
  endsWith: "boolean",
  includes: "boolean",
  indexOf: "number",
  join: "string",
  lastIndexOf: "number",
  padEnd: "string",
  padStart: "string",
  push: "number",
  repeat: "string",
  startsWith: "boolean",
  toFixed: "string",
  toString: "string",
};

function newType(file: SourceFile, node: t.NewExpression): string {
  const parameters = (node.typeArguments ?? node.typeParameters) as t.Node | null | undefined;
  const { name } = node.callee as t.Identifier;
  return parameters
    ? `${name}${file.text.slice(parameters.start ?? 0, parameters.end ?? 0)}`
    : name;
}

function callType(program: Program, file: SourceFile, node: t.CallExpression): string | null {
  const callee = bare(node.callee);
  if (callee.type === "Identifier") {
    const target = program.references.get(callee);
    if (target?.kind === "function" || target?.kind === "external") return target.returns;
    return { Number: "number", String: "string", Boolean: "boolean" }[callee.name] ?? null;
  }
  if (callee.type !== "MemberExpression") return null;
  if (callee.object.type === "Identifier" && callee.object.name === "Math") return "number";
  const declared = memberType(program, file, callee);
  if (declared === null && callee.property.type === "Identifier")
    return METHOD_TYPES[callee.property.name] ?? null;
  return /^\(.*\) ?=> ?(.+)$/.exec(declared ?? "")?.[1] ?? null;
}

function memberType(program: Program, file: SourceFile, node: t.MemberExpression): string | null {
  const owner = nonNull(typeOf(program, file, node.object));
  if (node.computed) return elementType(owner);
  if (node.property.type !== "Identifier") return null;
  const { name } = node.property;
  if (name === "length" && (elementType(owner) !== null || owner === "string")) return "number";
  const struct = owner === null ? undefined : program.interfaces.get(owner.replace(/<.*>$/, ""));
  if (struct === undefined) return null;
  return fieldsOf(program, struct).find((field) => field.name === name)?.type ?? null;
}

const COMPARISONS = new Set(["==", "!=", "===", "!==", "<", ">", "<=", ">="]);

/** Pages plus pages, or plus a bare number, are pages; everything else is a number. */
function binaryType(program: Program, file: SourceFile, node: t.BinaryExpression): string | null {
  if (COMPARISONS.has(node.operator)) return "boolean";
  const left = typeOf(program, file, node.left);
  const right = typeOf(program, file, node.right);
  if (node.operator === "+" && (left === "string" || right === "string")) return "string";
  if (node.operator === "+" || node.operator === "-") {
    if (left === right || right === "number") return left;
    if (left === null || right === null) return null;
    return left === "number" ? right : "number";
  }
  return "number";
}

/** `T | null` for a conditional with `null` on one side. */
function orNull(a: string | null, b: string | null): string | null {
  const type = nonNull(a === "null" ? b : a);
  return type === null || type === "null" ? null : `${type} | null`;
}

function nonNull(type: string | null): string | null {
  return type?.replace(/ \| (null|undefined)$/, "").replace(/^null \| /, "") ?? null;
}
