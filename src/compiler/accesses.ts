/**
 * Expressions that tell of what they read and write, for step and resume bodies: in
 *
 *     ($w[7] !== 0 && $touch(7, vb), vb).num_pages
 *
 * 7 is the number of the access, and `$w[7]` is set while somebody watches what it may be about.
 * It is told of just before it happens. Links of an optional chain behind its first are not.
 */
import * as t from "@babel/types";
import { ACCESS_METHOD, ACCESS_READS, ACCESS_WRITES } from "../base/kernel-image.ts";
import { markedIndex, print, printStatement, rawNode, type Code } from "./code.ts";
import { inlinedCall, type InlinedCall } from "./erase.ts";
import type { Lowering } from "./lowering.ts";
import type { GlobalVariable, Program } from "./program.ts";
import { children } from "./walk.ts";

/** Code for the value of an expression, as one operand of a list. */
export function valueCode(lowering: Lowering, expression: t.Expression): Code {
  return code(lowering, expression, print);
}

/** Code for a statement that is an expression. */
export function effectCode(lowering: Lowering, expression: t.Expression): Code {
  return code(lowering, expression, printStatement);
}

function code(
  lowering: Lowering,
  expression: t.Expression,
  print: (expression: t.Expression) => string,
): Code {
  const telling: Telling = { lowering, accesses: [] };
  const watched = tell(telling, expression);
  return { plain: print(expression), watched: print(watched), accesses: telling.accesses };
}

interface Telling {
  readonly lowering: Lowering;
  readonly accesses: number[];
}

function tell<T extends t.Node>(telling: Telling, node: T): T {
  return told(telling, node) as T;
}

function told(telling: Telling, node: t.Node): t.Node {
  switch (node.type) {
    case "Identifier":
      return toldName(telling, node);
    case "MemberExpression":
      return toldMember(telling, node, ACCESS_READS);
    case "OptionalMemberExpression": {
      if (!node.optional) return copied(telling, node);
      const object = toldObject(telling, node.object as t.Expression, `.${nameOf(node)}`);
      return { ...node, object };
    }
    case "AssignmentExpression": {
      const kind = node.operator === "=" ? ACCESS_WRITES : ACCESS_READS | ACCESS_WRITES;
      const right = tell(telling, node.right);
      return toldChange(telling, node.left, kind, (left) => ({
        ...node,
        left: left as typeof node.left,
        right,
      }));
    }
    case "UpdateExpression":
      return toldChange(telling, node.argument, ACCESS_READS | ACCESS_WRITES, (argument) => ({
        ...node,
        argument: argument as t.Expression,
      }));
    case "CallExpression":
      return toldCall(telling, node);
    case "ObjectProperty":
      return { ...node, value: tell(telling, node.value) };
    default:
      return copied(telling, node);
  }
}

/** A copy whose children tell. */
function copied(telling: Telling, node: t.Node): t.Node {
  const result: Record<string, unknown> = { ...node };
  for (const key of t.VISITOR_KEYS[node.type] ?? []) {
    const value = result[key];
    if (Array.isArray(value)) {
      result[key] = (value as (t.Node | null)[]).map((each) => each && tell(telling, each));
    } else if (value != null && key !== "property") {
      result[key] = tell(telling, value as t.Node);
    }
  }
  return result as unknown as t.Node;
}

function toldName(telling: Telling, node: t.Identifier): t.Node {
  const { inlined } = node as Partial<InlinedCall>;
  if (inlined !== undefined) {
    return inlinedCall(
      inlined.external,
      inlined.args.map((arg) => tell(telling, arg)),
    );
  }
  const global = globalNamed(telling, node);
  if (global?.keyword !== "let") return node;
  return t.sequenceExpression([hook(access(telling, `${global.index}`, ACCESS_READS)), node]);
}

/** A variable or member that is written: `make` puts the telling place into the whole. */
function toldChange(
  telling: Telling,
  place: t.Node,
  kind: number,
  make: (place: t.Node) => t.Expression,
): t.Node {
  if (place.type === "MemberExpression") return make(toldMember(telling, place, kind));
  const global = place.type === "Identifier" ? globalNamed(telling, place) : undefined;
  if (global === undefined) return make(place);
  return t.sequenceExpression([hook(access(telling, `${global.index}`, kind)), make(place)]);
}

function toldMember(telling: Telling, node: t.MemberExpression, kind: number): t.MemberExpression {
  const object = node.object as t.Expression;
  if (isBuiltin(telling, object)) return node;
  if (!node.computed) {
    return { ...node, object: toldObject(telling, object, `.${nameOf(node)}`, kind) };
  }
  const property = node.property as t.Expression;
  const number = access(telling, elementKey(telling, object, property), kind);
  const told = tell(telling, property);
  if (object.type === "Identifier" && isPure(property)) {
    const base = tell(telling, object);
    return {
      ...node,
      object: t.sequenceExpression([hook(number, object, property), base]),
      property: told,
    };
  }
  return {
    ...node,
    object: t.callExpression(rawNode("$array"), [numeral(number), tell(telling, object)]),
    property: t.callExpression(rawNode("$index"), [told]),
  };
}

/** The struct, or the array as a whole, whose member is used. */
function toldObject(
  telling: Telling,
  object: t.Expression,
  key: string,
  kind = ACCESS_READS,
): t.Expression {
  const number = access(telling, key, kind);
  if (object.type === "Identifier" && (object as Partial<InlinedCall>).inlined === undefined) {
    return t.sequenceExpression([hook(number, object), tell(telling, object)]);
  }
  return t.callExpression(rawNode("$object"), [numeral(number), tell(telling, object)]);
}

/** A method of an array reads or writes any of its elements. */
function toldCall(telling: Telling, node: t.CallExpression): t.Node {
  const args = node.arguments.map((arg) => tell(telling, arg));
  const { callee } = node;
  if (callee.type !== "MemberExpression" || isBuiltin(telling, callee.object)) {
    return { ...node, arguments: args };
  }
  const object = callee.object as t.Expression;
  const kind = WRITING_METHODS.has(nameOf(callee)) ? ACCESS_WRITES : ACCESS_READS;
  const key = elementKey(telling, object, null);
  const told = toldObject(telling, object, key, kind | ACCESS_METHOD);
  return { ...node, callee: { ...callee, object: told }, arguments: args };
}

const WRITING_METHODS = new Set(
  "copyWithin fill pop push reverse set shift sort splice unshift".split(" "),
);

function elementKey(telling: Telling, array: t.Expression, index: t.Expression | null): string {
  const { arrays } = telling.lowering;
  const global =
    arrays.get(markedIndex(array) ?? -1) ??
    (array.type === "Identifier" ? globalNamed(telling, array) : undefined);
  if (global === undefined) return "[]";
  return `${global.index}[${index === null ? "" : constantOf(index)}]`;
}

/** Constants are numbers already. */
function constantOf(index: t.Expression): string {
  if (index.type === "NumericLiteral") return `${index.value}`;
  return index.type === "Identifier" && /^\d+$/.test(index.name) ? index.name : "";
}

function access({ lowering, accesses }: Telling, key: string, kind: number): number {
  const number = lowering.program.accesses.add(key, kind, lowering.statement);
  accesses.push(number);
  return number;
}

function hook(number: number, ...about: readonly t.Expression[]): t.Expression {
  const isWatched = t.binaryExpression("!==", rawNode(`$w[${number}]`), rawNode("0"));
  const call = t.callExpression(rawNode("$touch"), [numeral(number), ...about]);
  return t.logicalExpression("&&", isWatched, call);
}

function numeral(value: number): t.Expression {
  return rawNode(`${value}`);
}

function nameOf({ property }: { readonly property: t.Node }): string {
  return (property as t.Identifier).name;
}

function globalNamed({ lowering }: Telling, node: t.Identifier): GlobalVariable | undefined {
  return globalsByOutput(lowering.program).get(node.name);
}

const outputs = new WeakMap<Program, ReadonlyMap<string, GlobalVariable>>();

function globalsByOutput(program: Program): ReadonlyMap<string, GlobalVariable> {
  let known = outputs.get(program);
  if (known === undefined) {
    known = new Map(program.globals.map((global) => [global.output, global]));
    outputs.set(program, known);
  }
  return known;
}

/** `Math` and the like: names that are neither locals nor the model's. */
function isBuiltin(telling: Telling, node: t.Node): boolean {
  if (node.type !== "Identifier" || markedIndex(node) !== null) return false;
  return BUILTINS.has(node.name) && globalNamed(telling, node) === undefined;
}

const BUILTINS = new Set(["Array", "Math", "Number", "String"]);

/** Can it be evaluated twice? */
function isPure(node: t.Expression): boolean {
  const own = [
    "Identifier",
    "MemberExpression",
    "BinaryExpression",
    "NumericLiteral",
    "UnaryExpression",
  ];
  if (!own.includes(node.type) || (node as Partial<InlinedCall>).inlined !== undefined)
    return false;
  return children(node).every((child) => isPure(child as t.Expression));
}
