/**
 * Module-level constants: which are plain numbers, so that their uses can be printed as numbers,
 * and whether initialisers read only what an earlier one has set.
 */
import type * as t from "@babel/types";
import type { GlobalVariable, Program } from "./program.ts";
import { bare, walk } from "./walk.ts";

export function evaluateConstants(program: Program): void {
  const done = new Set<GlobalVariable>();
  for (const { file, node } of program.initialisers) {
    for (const declarator of node.declarations) {
      const own = program.references.get(declarator.id);
      if (declarator.init) {
        walk(declarator.init, (child) => {
          const target = program.references.get(child);
          if (target?.kind !== "global" || done.has(target)) return;
          const message = `\`${target.name}\` has no value yet here: it is initialised later, in ${target.file.key}`;
          program.diagnostics.report(file, child, message);
        });
      }
      if (own?.kind !== "global") continue;
      if (own.keyword === "const" && declarator.init)
        own.constant = numericValue(program, declarator.init);
      done.add(own);
    }
  }
}

/** Computed as JavaScript itself would, so that the printed number is the same to the last bit. */
function numericValue(program: Program, expression: t.Expression): number | null {
  const node = bare(expression) as t.Expression;
  switch (node.type) {
    case "NumericLiteral":
      return node.value;
    case "Identifier": {
      const target = program.references.get(node);
      return target?.kind === "global" ? target.constant : null;
    }
    case "UnaryExpression": {
      const value = numericValue(program, node.argument);
      return value === null ? null : finite(unary(node.operator, value));
    }
    case "BinaryExpression": {
      if (node.left.type === "PrivateName") return null;
      const left = numericValue(program, node.left);
      const right = numericValue(program, node.right);
      return left === null || right === null ? null : finite(binary(node.operator, left, right));
    }
    default:
      return null;
  }
}

function unary(operator: string, value: number): number | null {
  if (operator === "-") return -value;
  if (operator === "+") return value;
  if (operator === "~") return ~value;
  return null;
}

function binary(operator: string, left: number, right: number): number | null {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
      return left << right;
    case ">>":
      return left >> right;
    case ">>>":
      return left >>> right;
    default:
      return null;
  }
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
