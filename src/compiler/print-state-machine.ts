/**
 * Prints a resume body: a state machine that is entered at a site and finishes the activation. A
 * state is a small integer; what holds no suspension point stays structured inside a state.
 */
import { AssertionError } from "../base/assert.ts";
import { ROUNDS } from "./endless.ts";
import type { CallStatement, LoopStatement, Site, Statement, Target } from "./ir.ts";
import { callText, hasSuspension, probeText, saveText, text, type Mode } from "./print-body.ts";
import { printStructured, type StructuredContext } from "./print-structured.ts";
import type { ModelFunction } from "./program.ts";

/** `step` makes the body that may be entered anywhere, `fast` the one for ordinary blocking. */
export function printStateMachine(
  fn: ModelFunction,
  mode: Mode,
  name: string,
  countsRounds: boolean,
): string {
  const { firstSite, slots, body } = fn.lowered!;
  const locals = [`$state = $frame[0] - ${firstSite - 1}`];
  for (let slot = 1; slot <= slots; slot++) locals.push(`$${slot} = $frame[${slot}]`);
  if (countsRounds) locals.push(ROUNDS);
  const machine = new StateMachine(fn, mode);
  machine.statements(body);
  return [
    `function ${name}($frame, $value) {`,
    `  let ${locals.join(", ")};`,
    "  $next: for (;;) switch ($state) {",
    // Nothing enters at the top: only loops come back to what precedes the first site.
    "    case 0:",
    ...machine.lines,
    "      return;",
    "  }",
    "}\n",
  ].join("\n");
}

interface States {
  readonly onBreak: number;
  readonly onContinue: number;
}

class StateMachine {
  readonly lines: string[] = [];
  private readonly context: StructuredContext;
  private readonly jumps = new Map<Target, States>();
  private lastState: number;

  constructor(
    private readonly fn: ModelFunction,
    mode: Mode,
  ) {
    this.lastState = fn.lowered!.sites.length;
    this.context = {
      fn,
      mode,
      spelling: (variable) => `$${variable.slot}`,
      declares: false,
      outerJump: (jump, target) => {
        const states = this.jumps.get(target);
        if (states === undefined) return null;
        return goTo(jump === "break" ? states.onBreak : states.onContinue);
      },
    };
  }

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    const { context } = this;
    if (!hasSuspension(context, [statement])) {
      const code = printStructured(context, [statement], 3);
      if (code !== "") this.lines.push(code.slice(0, -1));
      return;
    }
    switch (statement.kind) {
      case "probe":
        this.line(probeText(context, statement.site));
        return this.entry(statement.site);
      case "call":
        return this.call(statement);
      case "if": {
        const otherwise = this.newState();
        const end = statement.otherwise === null ? otherwise : this.newState();
        this.line(`if (!(${text(context, statement.test)})) ${goTo(otherwise)}`);
        this.statements(statement.then);
        if (statement.otherwise !== null) {
          this.line(goTo(end));
          this.state(otherwise);
          this.statements(statement.otherwise);
        }
        return this.state(end);
      }
      case "block":
        if (statement.target === null) return this.statements(statement.body);
        return this.jumpable(statement.target, (end) => {
          this.statements(statement.body);
          this.state(end);
        });
      case "loop":
        return this.loop(statement);
      case "switch":
        return this.jumpable(statement.target, (end) => this.switch(statement, end));
      default:
        // The others hold no statement in which a thread could be suspended.
        throw new AssertionError(`a ${statement.kind} statement suspends`);
    }
  }

  private call(statement: CallStatement): void {
    const { context } = this;
    const { site, call, result } = statement;
    if (result === null) this.line(`${callText(context, call)}; ${saveText(context, site)}`);
    else this.line(`$value = ${callText(context, call)}; ${saveText(context, site)}`);
    this.entry(site);
    if (result !== null) this.line(`${context.spelling(result)} = $value;`);
  }

  private loop(loop: LoopStatement): void {
    const top = this.newState();
    const onContinue = this.newState();
    const onBreak = this.newState();
    this.jumps.set(loop.target, { onBreak, onContinue });
    const test = (): void => {
      this.statements(loop.beforeTest);
      if (loop.test !== null)
        this.line(`if (!(${text(this.context, loop.test)})) ${goTo(onBreak)}`);
    };
    this.state(top);
    if (!loop.testAfterBody) test();
    this.statements(loop.body);
    this.state(onContinue);
    if (loop.testAfterBody) test();
    this.statements(loop.update);
    this.line(goTo(top));
    this.state(onBreak);
    this.jumps.delete(loop.target);
  }

  private switch(statement: Extract<Statement, { kind: "switch" }>, end: number): void {
    const states = statement.cases.map(() => this.newState());
    this.line(`switch (${text(this.context, statement.subject)}) {`);
    statement.cases.forEach(({ test }, i) => {
      const label = test === null ? "default" : `case ${text(this.context, test)}`;
      this.line(`  ${label}: ${goTo(states[i]!)}`);
    });
    this.line("}");
    if (!statement.cases.some(({ test }) => test === null)) this.line(goTo(end));
    statement.cases.forEach(({ body }, i) => {
      this.state(states[i]!);
      this.statements(body);
    });
    this.state(end);
  }

  private jumpable(target: Target, print: (end: number) => void): void {
    const end = this.newState();
    this.jumps.set(target, { onBreak: end, onContinue: end });
    print(end);
    this.jumps.delete(target);
  }

  private entry(site: Site): void {
    this.state(site.id - this.fn.lowered!.firstSite + 1);
  }

  private state(state: number): void {
    this.lines.push(`    case ${state}:`);
  }

  private newState(): number {
    return ++this.lastState;
  }

  private line(code: string): void {
    this.lines.push(`      ${code}`);
  }
}

function goTo(state: number): string {
  return `{ $state = ${state}; continue $next; }`;
}
