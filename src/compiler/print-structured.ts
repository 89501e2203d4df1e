/**
 * Prints statements as structured JavaScript. The state machine uses the same printer for parts
 * that hold no suspension point; there, variables are places in the frame, declared already.
 */
import type { CallStatement, LoopStatement, Statement, Target } from "./ir.ts";
import { callText, maySuspend, probeText, saveText, text, type BodyContext } from "./print-body.ts";

export interface StructuredContext extends BodyContext {
  /** Variables are declared where they come into scope. */
  readonly declares: boolean;
  /** Jumps to targets that are states of a state machine. */
  readonly outerJump?: (jump: "break" | "continue", target: Target) => string | null;
}

export function printStructured(
  context: StructuredContext,
  statements: readonly Statement[],
  depth: number,
): string {
  const out = new Printer(context, depth);
  out.statements(statements);
  return out.lines.map((line) => `${line}\n`).join("");
}

class Printer {
  readonly lines: string[] = [];
  /** Loops in which `continue` leaves a block around the body, because something follows it. */
  private readonly bodyBlocks = new Set<Target>();

  constructor(
    private readonly context: StructuredContext,
    private depth: number,
  ) {}

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    const { context } = this;
    switch (statement.kind) {
      case "evaluate":
        return this.line(`${text(context, statement.code)};`);
      case "declare": {
        const { variable, value } = statement;
        const name = context.spelling(variable);
        const code = value === null ? null : text(context, value);
        if (!context.declares) return this.line(`${name} = ${code ?? "undefined"};`);
        return this.line(`${variable.keyword} ${name}${code === null ? "" : ` = ${code}`};`);
      }
      case "reserve":
        if (context.declares) this.line(`let ${context.spelling(statement.variable)};`);
        return;
      case "assign":
        return this.line(
          `${context.spelling(statement.variable)} = ${text(context, statement.value)};`,
        );
      case "probe":
        if (context.mode === "step") this.line(probeText(context, statement.site));
        return;
      case "call":
        return this.call(statement);
      case "if":
        this.line(`if (${text(context, statement.test)}) {`);
        this.indented(statement.then);
        if (statement.otherwise !== null) {
          this.line("} else {");
          this.indented(statement.otherwise);
        }
        return this.line("}");
      case "block":
        return this.block(statement.body, statement.target);
      case "loop":
        return this.loop(statement);
      case "switch":
        this.line(`${label(statement.target)}switch (${text(context, statement.subject)}) {`);
        for (const { test, body } of statement.cases) {
          this.line(test === null ? "default: {" : `case ${text(context, test)}: {`);
          this.indented(body);
          this.line("}");
        }
        return this.line("}");
      case "break":
      case "continue":
        return this.jump(statement.kind, statement.target);
      case "return":
        return this.line(
          statement.value === null ? "return;" : `return ${text(context, statement.value)};`,
        );
    }
  }

  private call(statement: CallStatement): void {
    const { context } = this;
    const { result, call, site } = statement;
    let code = callText(context, call);
    if (result !== null) {
      const keyword = context.declares && !statement.reserved ? `${result.keyword} ` : "";
      code = `${keyword}${context.spelling(result)} = ${code}`;
    }
    this.line(`${code};${maySuspend(context, statement) ? ` ${saveText(context, site)}` : ""}`);
  }

  private block(body: readonly Statement[], target: Target | null): void {
    const declares = this.context.declares && body.some(declaresVariable);
    if (target === null && !declares) return this.statements(body);
    this.line(`${target === null ? "" : label(target)}{`);
    this.indented(body);
    this.line("}");
  }

  private loop(loop: LoopStatement): void {
    const { context } = this;
    const test = loop.test === null ? null : text(context, loop.test);
    const before = this.nested(loop.beforeTest);
    const update = this.simpleUpdate(loop);
    const name = label(loop.target);
    if (before.length === 0 && update !== null && loop.testAfterBody) {
      this.line(`${name}do {`);
      this.indented(loop.body);
      return this.line(`} while (${test ?? "true"});`);
    }
    if (update !== null && !loop.testAfterBody) {
      this.line(`${name}for (; ${before.length === 0 ? (test ?? "") : ""}; ${update}) {`);
      this.lines.push(...before);
      if (before.length > 0 && test !== null) this.line(`  if (!(${test})) break;`);
      this.indented(loop.body);
      return this.line("}");
    }
    const head = test === null ? before : [...before, this.indent(`  if (!(${test})) break;`)];
    this.line(`${name}for (;;) {`);
    if (!loop.testAfterBody) this.lines.push(...head);
    this.bodyBlock(loop);
    if (loop.testAfterBody) this.lines.push(...head);
    this.indented(loop.update);
    this.line("}");
  }

  /** The body of a loop in which something comes between the body and the next round. */
  private bodyBlock(loop: LoopStatement): void {
    if (!loop.target.continued) return this.indented(loop.body);
    this.bodyBlocks.add(loop.target);
    this.line(`  C${loop.target.id}: {`);
    this.depth++;
    this.indented(loop.body);
    this.depth--;
    this.line("  }");
  }

  /** An update that fits into the head of a `for`, or null. */
  private simpleUpdate({ update }: LoopStatement): string | null {
    const [first] = update;
    if (first === undefined) return "";
    if (update.length > 1 || first.kind !== "evaluate") return null;
    return text(this.context, first.code);
  }

  private jump(jump: "break" | "continue", target: Target): void {
    const outer = this.context.outerJump?.(jump, target) ?? null;
    if (outer !== null) return this.line(outer);
    if (jump === "continue" && this.bodyBlocks.has(target))
      return this.line(`break C${target.id};`);
    this.line(`${jump} L${target.id};`);
  }

  private indented(statements: readonly Statement[]): void {
    this.depth++;
    this.statements(statements);
    this.depth--;
  }

  private nested(statements: readonly Statement[]): string[] {
    const inner = new Printer(this.context, this.depth + 1);
    inner.statements(statements);
    return inner.lines;
  }

  private line(code: string): void {
    this.lines.push(this.indent(code));
  }

  private indent(code: string): string {
    return "  ".repeat(this.depth) + code;
  }
}

function label(target: Target): string {
  return target.broken || target.continued ? `L${target.id}: ` : "";
}

function declaresVariable(statement: Statement): boolean {
  if (statement.kind === "call") return statement.result !== null && !statement.reserved;
  return statement.kind === "declare" || statement.kind === "reserve";
}
