/** Checks the expressions of a scenario: syntax, names, and that pages meet pages. */
import type { Unit } from "../base/units.ts";
import { didYouMean } from "../base/did-you-mean.ts";
import { conditionErrors } from "./errors.ts";
import {
  namesIn,
  parseExpression,
  walk,
  type Expression,
  type ExpressionNode,
} from "./expression.ts";
import { isCounted, nameIn, SCENARIO_NAMES } from "./names.ts";
import type { Path } from "./positions.ts";
import type { Report } from "./report.ts";
import type { Kernel } from "./types.ts";

/**
 * The expression at `path`, or null after reporting what is wrong with it. Without a kernel, because
 * that is wrong too, names are right if any kernel has them.
 */
export function readCondition(
  text: string,
  path: Path,
  kernel: Kernel | null,
  report: Report,
): Expression | null {
  const result = parseExpression(text);
  if (!result.ok) {
    const length = Math.max(1, text.length - result.error.offset);
    report.inside(path, result.error.offset, length, conditionErrors.syntax(result.error.message));
    return null;
  }
  const { expression } = result;
  for (const hint of expression.hints) {
    report.inside(path, hint.offset, text.length - hint.offset, conditionErrors.hint(hint.message));
  }
  const known = reportUnknownNames(expression, path, kernel, report);
  const consistent = new UnitCheck(path, report).run(expression.root);
  return known && consistent ? expression : null;
}

function reportUnknownNames(
  expression: Expression,
  path: Path,
  kernel: Kernel | null,
  report: Report,
): boolean {
  let known = true;
  for (const use of namesIn(expression)) {
    const name = use.path.join(".");
    const right = kernel === null ? name : nameIn(kernel, name);
    const counted = kernel === null || isCounted(kernel, name);
    if (SCENARIO_NAMES.has(name) && right === name && counted) continue;
    known = false;
    // `->` and blanks count too, so the length in the text may be larger than that of the name.
    const length =
      use.path.length === 1 ? name.length : spanOf(expression.source, use.offset, name);
    report.inside(
      path,
      use.offset,
      length,
      !counted
        ? conditionErrors.laterKernelsName(name, kernel)
        : kernel !== null && right !== name && SCENARIO_NAMES.has(right)
          ? conditionErrors.otherKernelsName(name, right, kernel)
          : conditionErrors.unknownName(name, didYouMean(name, SCENARIO_NAMES.keys())),
    );
  }
  walk(expression.root, (node) => {
    if (node.kind !== "index") return "deeper";
    known = false;
    report.inside(path, node.offset, 1, conditionErrors.index());
    return "done";
  });
  return known;
}

/** Characters from `offset` that spell `name`, with whatever stands between its parts. */
function spanOf(source: string, offset: number, name: string): number {
  const last = name.slice(name.lastIndexOf(".") + 1);
  const end = source.indexOf(last, offset + name.indexOf(".")) + last.length;
  return Math.max(end - offset, 1);
}

/**
 * What each part of an expression counts. `balloon.actual == 848MiB` would compare pages with
 * bytes and quietly never hold, so differing units on both sides are an error.
 */
class UnitCheck {
  readonly #path: Path;
  readonly #report: Report;
  #consistent = true;

  constructor(path: Path, report: Report) {
    this.#path = path;
    this.#report = report;
  }

  run(root: ExpressionNode): boolean {
    this.#unit(root);
    return this.#consistent;
  }

  #unit(node: ExpressionNode): Unit {
    switch (node.kind) {
      case "number":
        return node.unit;
      case "name":
        return SCENARIO_NAMES.get(node.id) ?? "none";
      case "member":
        return node.object.kind === "name"
          ? (SCENARIO_NAMES.get(`${node.object.id}.${node.key}`) ?? "none")
          : "none";
      case "literal":
      case "index":
        return "none";
      case "unary":
        return this.#unit(node.operand);
      case "binary":
        return this.#binary(node);
      case "logical":
        this.#unit(node.left);
        this.#unit(node.right);
        return "none";
      case "conditional":
        this.#unit(node.test);
        return this.#same(node.consequent, node.alternate, ":", node.offset);
      case "call":
        return this.#call(node);
    }
  }

  #binary(node: ExpressionNode & { kind: "binary" }): Unit {
    switch (node.operator) {
      case "*": {
        const units = [this.#unit(node.left), this.#unit(node.right)];
        const [first = "none", second] = units.filter((unit) => unit !== "none");
        // A number of pages times the size of one is a size.
        return second === undefined
          ? first
          : units.includes("bytes") && units.includes("pages")
            ? "bytes"
            : "none";
      }
      case "/": {
        const left = this.#unit(node.left);
        return this.#unit(node.right) === "none" ? left : "none";
      }
      case "<<":
      case ">>":
        this.#unit(node.right);
        return this.#unit(node.left);
      case "+":
      case "-":
      case "%":
      case "&":
      case "|":
      case "^":
        return this.#same(node.left, node.right, node.operator, node.offset);
      default:
        this.#same(node.left, node.right, node.operator, node.offset);
        return "none";
    }
  }

  #call(node: ExpressionNode & { kind: "call" }): Unit {
    const units = node.args.map((arg) => this.#unit(arg));
    if (node.callee === "pages") return "pages";
    const known = units.filter((unit) => unit !== "none");
    const odd = known.find((unit) => unit !== known[0]);
    if (known[0] !== undefined && odd !== undefined)
      this.#mismatch(known[0], odd, node.callee, node.offset);
    return known[0] ?? "none";
  }

  #same(left: ExpressionNode, right: ExpressionNode, operator: string, offset: number): Unit {
    const a = this.#unit(left);
    const b = this.#unit(right);
    if (a !== "none" && b !== "none" && a !== b) this.#mismatch(a, b, operator, offset);
    return a === "none" ? b : a;
  }

  #mismatch(left: Unit, right: Unit, operator: string, offset: number): void {
    this.#consistent = false;
    this.#report.inside(
      this.#path,
      offset,
      Number.MAX_SAFE_INTEGER,
      conditionErrors.units(left, right, operator),
    );
  }
}
