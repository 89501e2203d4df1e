import type * as t from "@babel/types";
import { isBuiltin } from "./builtins.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { SourceFile } from "./program.ts";
import { bare, walk } from "./walk.ts";

/** Reports every construct in function bodies and initialisers that suspendable code cannot have. */
export function checkSubset(file: SourceFile, root: t.Node, diagnostics: Diagnostics): void {
  walk(root, (node, parent) => {
    const message = complaint(node, parent, root);
    if (message === null) return true;
    diagnostics.report(file, node, message);
    return false;
  });
}

/** Why a declared name is not allowed, or null. */
export function nameComplaint(name: string): string | null {
  if (name.includes("$")) return `\`${name}\`: \`$\` is kept for names that the compiler makes`;
  if (name === "eval" || name === "arguments" || isBuiltin(name))
    return `\`${name}\` is a name of JavaScript: choose another`;
  return null;
}

const OUTSIDE: Partial<Record<t.Node["type"], string>> = {
  ArrayPattern: "destructuring is outside the model subset: take the elements out one by one",
  ArrowFunctionExpression:
    "closures are outside the model subset: write a named top-level function",
  AwaitExpression: "`await` is outside the model subset: block with schedule() or wait_event()",
  BigIntLiteral: "big integers are outside the model subset: numbers are exact up to 2 ** 53",
  ClassDeclaration:
    "classes are outside the model subset: write an interface and functions beside it",
  ClassExpression:
    "classes are outside the model subset: write an interface and functions beside it",
  DebuggerStatement: "`debugger` is outside the model subset: set a breakpoint",
  ForInStatement: "`for-in` is outside the model subset: loop over an array",
  FunctionExpression: "closures are outside the model subset: write a named top-level function",
  ImportExpression: "`import()` is outside the model subset: import at the top of the file",
  MetaProperty: "`import.meta` and `new.target` are outside the model subset",
  ObjectMethod: "methods are outside the model subset: assign a named function to the member",
  ObjectPattern: "destructuring is outside the model subset: read the members one by one",
  OptionalCallExpression:
    "optional calls are outside the model subset: test the member, then call it",
  RegExpLiteral: "regular expressions are outside the model subset: compare strings",
  RestElement: "rest parameters are outside the model subset: name them, or pass an array",
  SpreadElement: "spread is outside the model subset: write the elements out",
  Super: "classes are outside the model subset: write an interface and functions beside it",
  TaggedTemplateExpression: "tagged templates are outside the model subset: call a function",
  ThisExpression: "`this` is outside the model subset: pass the struct as a parameter",
  ThrowStatement: "`throw` is outside the model subset: return an error code, or call BUG()",
  TryStatement: "`try` is outside the model subset: return an error code and test it",
  TSEnumDeclaration: "enums are outside the model subset: write one `const` for each value",
  TSInstantiationExpression: "leave the type arguments to the call",
  TSInterfaceDeclaration: "declare types at the top level of the file",
  TSTypeAliasDeclaration: "declare types at the top level of the file",
  WithStatement: "`with` is outside the model subset",
  YieldExpression: "generators are outside the model subset: block with schedule() or wait_event()",
};

const INSIDE = new Set<t.Node["type"]>([
  "ArrayExpression",
  "AssignmentExpression",
  "AssignmentPattern",
  "BinaryExpression",
  "BlockStatement",
  "BooleanLiteral",
  "BreakStatement",
  "CallExpression",
  "ConditionalExpression",
  "ContinueStatement",
  "DoWhileStatement",
  "EmptyStatement",
  "ExpressionStatement",
  "ForOfStatement",
  "ForStatement",
  "FunctionDeclaration",
  "Identifier",
  "IfStatement",
  "LabeledStatement",
  "LogicalExpression",
  "MemberExpression",
  "NewExpression",
  "NullLiteral",
  "NumericLiteral",
  "ObjectExpression",
  "ObjectProperty",
  "OptionalMemberExpression",
  "ParenthesizedExpression",
  "ReturnStatement",
  "SequenceExpression",
  "StringLiteral",
  "SwitchCase",
  "SwitchStatement",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
  "TemplateElement",
  "TemplateLiteral",
  "UnaryExpression",
  "UpdateExpression",
  "VariableDeclaration",
  "VariableDeclarator",
  "WhileStatement",
]);

const OPERATORS: Readonly<Record<string, string>> = {
  "**": "`**` may differ between platforms: multiply, or shift",
  delete: "`delete` changes the shape of a struct: assign null",
  in: "`in` is outside the model subset: compare the member with undefined",
  instanceof: "`instanceof` is outside the model subset: give the struct a `kind`",
  void: "`void` is outside the model subset: write undefined",
  throw: "`throw` is outside the model subset: return an error code, or call BUG()",
};

function complaint(node: t.Node, parent: t.Node | null, root: t.Node): string | null {
  if (!INSIDE.has(node.type))
    return OUTSIDE[node.type] ?? `${node.type} is outside the model subset`;
  switch (node.type) {
    case "FunctionDeclaration":
      return functionComplaint(node, root);
    case "VariableDeclaration":
      if (node.kind === "let" || node.kind === "const")
        return node.declare === true ? "declare it at the top level of the file" : null;
      return `\`${node.kind}\` is outside the model subset: use \`let\` or \`const\``;
    case "VariableDeclarator":
      return node.id.type === "Identifier" ? nameComplaint(node.id.name) : null;
    case "AssignmentPattern":
      return parent === root ? null : "destructuring is outside the model subset";
    case "AssignmentExpression":
      if (node.operator === "**=") return OPERATORS["**"]!;
      return isPlace(node.left) ? null : "assign to one variable or member at a time";
    case "UpdateExpression":
      return isPlace(node.argument) ? null : "only a variable or a member can be counted";
    case "BinaryExpression":
    case "UnaryExpression":
      return OPERATORS[node.operator] ?? null;
    case "MemberExpression":
    case "OptionalMemberExpression":
      if (node.property.type === "PrivateName") return OUTSIDE.ClassDeclaration!;
      return node.computed && bare(node.property).type === "StringLiteral"
        ? "write the member's name after a dot"
        : null;
    case "ArrayExpression":
      return node.elements.includes(null) ? "write undefined for a missing element" : null;
    case "ObjectProperty":
      return propertyComplaint(node);
    case "ForOfStatement":
      return forOfComplaint(node);
    case "SwitchCase":
      return node.consequent.some((s) => s.type === "VariableDeclaration")
        ? "a declaration directly in a `case`: put braces around its statements"
        : null;
    default:
      return null;
  }
}

function functionComplaint(node: t.FunctionDeclaration, root: t.Node): string | null {
  if (node !== root)
    return "nested functions are outside the model subset: move it to the top level";
  if (node.async) return "`async` is outside the model subset: block with schedule()";
  if (node.generator)
    return "generators are outside the model subset: block with schedule() or wait_event()";
  for (const param of node.params) {
    const name = param.type === "AssignmentPattern" ? param.left : param;
    if (name.type !== "Identifier") continue;
    const message = name.name === "this" ? OUTSIDE.ThisExpression! : nameComplaint(name.name);
    if (message !== null) return message;
  }
  return null;
}

function propertyComplaint(node: t.ObjectProperty): string | null {
  if (node.computed) return "computed member names are outside the model subset: use an array";
  if (node.key.type === "Identifier" && node.key.name === "__proto__")
    return "`__proto__` is outside the model subset";
  if (["Identifier", "StringLiteral", "NumericLiteral"].includes(node.key.type)) return null;
  return "a member's name must be a name, a string or a number";
}

function forOfComplaint(node: t.ForOfStatement): string | null {
  if (node.await) return "`for await` is outside the model subset";
  const { left } = node;
  if (left.type !== "VariableDeclaration") return "declare the variable: `for (const x of …)`";
  return null;
}

function isPlace(node: t.Node): boolean {
  const place = bare(node);
  return place.type === "Identifier" || place.type === "MemberExpression";
}
