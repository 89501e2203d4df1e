/**
 * jsep, told to read C: numbers keep all their digits and may carry a unit, `->` is `.`, and every
 * node says where it starts. All of that is done by overriding methods of its parser class, so no
 * other user of jsep in the process is affected. Only this file knows jsep.
 */
import jsep from "jsep";
import { durationUnit, isOctal, parseDuration, scale, sizeUnit, type Unit } from "../base/units.ts";
import { expressionErrors } from "./expression-errors.ts";
import { normal, type Integer } from "./integer.ts";

interface Common {
  /** Offset of the first character; of the `(` when `grouped`. */
  readonly start: number;
  /** Written in parentheses. */
  readonly grouped: boolean;
}

export type JsepNode = Common &
  (
    | { readonly type: "Number"; readonly value: Integer; readonly unit: Unit }
    | { readonly type: "Literal"; readonly value: string | boolean | null }
    | { readonly type: "Identifier"; readonly name: string }
    | {
        readonly type: "MemberExpression";
        readonly computed: boolean;
        readonly optional: boolean;
        readonly object: JsepNode;
        readonly property: JsepNode;
      }
    | { readonly type: "UnaryExpression"; readonly operator: string; readonly argument: JsepNode }
    | {
        readonly type: "BinaryExpression";
        readonly operator: string;
        readonly left: JsepNode;
        readonly right: JsepNode;
      }
    | {
        readonly type: "ConditionalExpression";
        readonly test: JsepNode;
        readonly consequent: JsepNode;
        readonly alternate: JsepNode;
      }
    | {
        readonly type: "CallExpression";
        readonly callee: JsepNode;
        readonly arguments: readonly JsepNode[];
      }
    /** Anything else that jsep knows: arrays, sequences, holes. */
    | { readonly type: "Other"; readonly what: string }
  );

export type TreeResult =
  | { readonly ok: true; readonly node: JsepNode }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** The syntax tree of one expression of reasonable length (see `MAX_EXPRESSION_LENGTH`). */
export function parseTree(source: string): TreeResult {
  if (source.trim() === "") return { ok: false, message: expressionErrors.empty(), offset: 0 };
  const deep = firstTooDeep(source);
  if (deep !== null) return { ok: false, message: expressionErrors.tooDeep(), offset: deep };
  try {
    const tree = new Parser(arrowsToDots(source)).parse();
    if (tree.type === "Compound") return missingOperator(tree, source);
    return { ok: true, node: typed(tree) };
  } catch (error) {
    return failureOf(error, source);
  }
}

/** What jsep makes; `start`, `grouped` and the fields of `Number` are ours. */
interface RawNode extends jsep.Expression {
  start?: number;
  grouped?: boolean;
}

/** The part of jsep's parser class that is used here; its typings leave the class out. */
interface JsepParser {
  index: number;
  readonly expr: string;
  parse(): RawNode;
  gobbleSpaces(): void;
  gobbleToken(): RawNode | false;
  gobbleIdentifier(): RawNode;
  gobbleGroup(): RawNode | false;
  gobbleNumericLiteral(): RawNode;
}

const Jsep = (jsep as unknown as { Jsep: new (source: string) => JsepParser }).Jsep;

const DURATION = /(?:[0-9]+(?:\.[0-9]+)?(?:h|min|ms|us|µs|ns|m|s))+(?![\w.])/uy;
const DIGITS = /0[xX][0-9a-fA-F_]*|0[bB][01_]*|[0-9][0-9_]*(?:\.[0-9_]+)?/y;
const UNIT_NAME = /\s*([\p{L}_][\p{L}\p{N}_]*)/uy;
/** The `UL` of `1UL` tells a C compiler the type; here it says nothing. */
const C_SUFFIX = /(?:[uU][lL]{0,2}|[lL]{1,2}[uU]?)?(?![\w.])/y;

class Parser extends Jsep {
  override gobbleToken(): RawNode | false {
    this.gobbleSpaces();
    const start = this.index;
    const node = super.gobbleToken();
    if (node !== false) node.start ??= start;
    return node;
  }

  override gobbleIdentifier(): RawNode {
    const start = this.index;
    return Object.assign(super.gobbleIdentifier(), { start });
  }

  override gobbleGroup(): RawNode | false {
    const start = this.index;
    const node = super.gobbleGroup();
    if (node === false) throw new SyntaxFault(expressionErrors.emptyGroup(), start);
    return Object.assign(node, { grouped: true, start });
  }

  override gobbleNumericLiteral(): RawNode {
    const start = this.index;
    const { value, unit, length } = readNumber(this.expr, start);
    this.index = start + length;
    return { type: "Number", value: value as unknown as number, unit, start };
  }
}

class SyntaxFault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A duration (`1m30s`), a number with a unit (`1.5 GiB`, `200 ms`), or a whole number. */
function readNumber(text: string, start: number): { value: Integer; unit: Unit; length: number } {
  const duration = matchAt(DURATION, text, start);
  if (duration !== null) {
    const parsed = parseDuration(duration[0]);
    if (!parsed.ok)
      throw new SyntaxFault(expressionErrors.number(duration[0], parsed.problem), start);
    return { value: parsed.value, unit: "ns", length: duration[0].length };
  }
  const written = matchAt(DIGITS, text, start)?.[0] ?? "";
  const end = start + written.length;
  const digits = written.replaceAll("_", "");
  if (digits.length > 40 || /^(?:0[xXbB])?$/.test(digits))
    throw new SyntaxFault(expressionErrors.badNumber(), start);
  if (isOctal(digits)) throw new SyntaxFault(expressionErrors.number(digits, "octal"), start);
  const suffix = matchAt(C_SUFFIX, text, end)?.[0];
  const unit = suffix === undefined || suffix === "" ? matchAt(UNIT_NAME, text, end) : null;
  if (unit !== null) {
    const [whole, name = ""] = unit;
    const length = written.length + whole.length;
    return { ...withUnit(digits, name, start, start + length - name.length), length };
  }
  if (suffix === undefined) throw new SyntaxFault(expressionErrors.badNumber(), start);
  if (digits.includes("."))
    throw new SyntaxFault(expressionErrors.number(digits, "fraction"), start);
  const value = normal(BigInt(digits));
  if (value === null) throw new SyntaxFault(expressionErrors.badNumber(), start);
  return { value, unit: "none", length: written.length + suffix.length };
}

/** `4 pages` are four pages; all other sizes are bytes. */
function withUnit(
  digits: string,
  name: string,
  start: number,
  nameStart: number,
): { value: Integer; unit: Unit } {
  const isPages = name === "pages" || name === "page";
  const factor = isPages ? 1n : EXPRESSION_SIZE.test(name) ? sizeUnit(name) : durationUnit(name);
  if (factor === undefined) throw new SyntaxFault(expressionErrors.unit(name), nameStart);
  const scaled = scale(digits, factor);
  if (!scaled.ok) throw new SyntaxFault(expressionErrors.number(digits, scaled.problem), start);
  const unit = isPages ? "pages" : EXPRESSION_SIZE.test(name) ? "bytes" : "ns";
  return { value: scaled.value, unit };
}

/** `m` alone is minutes here, so the kernel's single letters count only as capitals. */
const EXPRESSION_SIZE = /^(?:.i?B|[KMGT]|B)$/u;

function matchAt(pattern: RegExp, text: string, start: number): RegExpExecArray | null {
  pattern.lastIndex = start;
  return pattern.exec(text);
}

/** Same length, so that offsets stay true. Quotes are skipped with their escapes. */
function arrowsToDots(source: string): string {
  return source.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|->/gs, (found) =>
    found === "->" ? " ." : found,
  );
}

/**
 * jsep is recursive, so brackets and signs in front of each other are counted first. 64 levels are
 * more than anybody writes.
 */
function firstTooDeep(source: string): number | null {
  let depth = 0;
  let signs = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    if ("([?".includes(char)) depth++;
    if (")]".includes(char)) depth = Math.max(0, depth - 1);
    if ("-+!~".includes(char)) signs++;
    else if (char !== " ") signs = 0;
    if (depth > 64 || signs > 64) return i;
  }
  return null;
}

function missingOperator(tree: RawNode, source: string): TreeResult {
  const parts = tree["body"] as RawNode[];
  const second = parts[1];
  if (second === undefined) return { ok: false, message: expressionErrors.empty(), offset: 0 };
  const offset = typed(second).start;
  return { ok: false, message: expressionErrors.twoExpressions(source.charAt(offset)), offset };
}

function failureOf(error: unknown, source: string): TreeResult {
  if (error instanceof SyntaxFault)
    return { ok: false, message: error.message, offset: error.offset };
  if (error instanceof Error && "index" in error && typeof error.index === "number") {
    const offset = error.index;
    return { ok: false, message: expressionErrors.syntax(error.message, source, offset), offset };
  }
  throw error;
}

/** Gives jsep's loosely typed tree its types; nodes it made by combining start where their first part does. */
function typed(raw: RawNode): JsepNode {
  const at = (key: string): JsepNode => typed(raw[key] as RawNode);
  const grouped = raw.grouped ?? false;
  const common = (first: JsepNode | null): Common => ({
    start: raw.start ?? first?.start ?? 0,
    grouped,
  });
  switch (raw.type) {
    case "Number":
      return {
        type: "Number",
        value: raw["value"] as Integer,
        unit: raw["unit"] as Unit,
        ...common(null),
      };
    case "Literal":
      return { type: "Literal", value: raw["value"] as string | boolean | null, ...common(null) };
    case "Identifier":
      return { type: "Identifier", name: raw["name"] as string, ...common(null) };
    case "ThisExpression":
      return { type: "Identifier", name: "this", ...common(null) };
    case "MemberExpression": {
      const object = at("object");
      const flags = { computed: raw["computed"] === true, optional: raw["optional"] === true };
      return {
        type: "MemberExpression",
        ...flags,
        object,
        property: at("property"),
        ...common(object),
      };
    }
    case "UnaryExpression":
      return {
        type: "UnaryExpression",
        operator: raw["operator"] as string,
        argument: at("argument"),
        ...common(null),
      };
    case "BinaryExpression": {
      const left = at("left");
      return {
        type: "BinaryExpression",
        operator: raw["operator"] as string,
        left,
        right: at("right"),
        ...common(left),
      };
    }
    case "ConditionalExpression": {
      const test = at("test");
      const branches = { consequent: at("consequent"), alternate: at("alternate") };
      return { type: "ConditionalExpression", test, ...branches, ...common(test) };
    }
    case "CallExpression": {
      const callee = at("callee");
      const args = (raw["arguments"] as RawNode[]).map(typed);
      return { type: "CallExpression", callee, arguments: args, ...common(callee) };
    }
    default:
      return { type: "Other", what: raw.type, ...common(null) };
  }
}
