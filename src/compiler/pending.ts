/**
 * What a debugger that watches a value has to know about a function: where control may leave it, by
 * a call or by returning, after an access and before the next statement of its own. The next
 * statement is another function's then, and the access has to be noticed there.
 */
import type { Code } from "./code.ts";
import type { CallStatement, Statement } from "./ir.ts";

export interface Pending {
  /** By call site: accesses since the statement began; negative: a call that returned since then. */
  readonly atCall: ReadonlyMap<number, readonly number[]>;
  readonly atReturn: readonly number[];
}

type Items = ReadonlySet<number>;

const NONE: Items = new Set();

interface Found {
  readonly atCall: Map<number, number[]>;
  readonly atReturn: Set<number>;
}

export function findPending(body: readonly Statement[]): Pending {
  const found: Found = { atCall: new Map(), atReturn: new Set() };
  follow(found, body, NONE);
  return { atCall: found.atCall, atReturn: [...found.atReturn] };
}

function follow(found: Found, statements: readonly Statement[], before: Items): Items {
  return statements.reduce<Items>((items, statement) => after(found, statement, items), before);
}

/** What is pending behind `statement`, when `before` is before it. */
function after(found: Found, statement: Statement, before: Items): Items {
  switch (statement.kind) {
    case "probe":
    // A statement of its own, and what follows it begins with one.
    case "break":
    case "continue":
      return NONE;
    case "reserve":
      return before;
    case "evaluate":
      return plus(before, statement.code);
    case "declare":
    case "assign":
      return plus(before, statement.value);
    case "call":
      return afterCall(found, statement, before);
    case "if": {
      const tested = plus(before, statement.test);
      const then = follow(found, statement.then, tested);
      return union(then, follow(found, statement.otherwise ?? [], tested));
    }
    case "block":
      return follow(found, statement.body, before);
    case "loop": {
      const { beforeTest, test, testAfterBody, body, update } = statement;
      // Tests begin with a statement; bodies may be empty.
      const first = testAfterBody ? before : plus(follow(found, beforeTest, before), test);
      const atEnd = follow(found, body, first);
      const last = testAfterBody ? plus(follow(found, beforeTest, atEnd), test) : atEnd;
      const updated = follow(found, update, last);
      return union(first, testAfterBody ? union(updated, follow(found, body, updated)) : NONE);
    }
    case "switch": {
      let items = plus(before, statement.subject);
      for (const { test } of statement.cases) items = plus(items, test);
      const ends = statement.cases.map(({ body }) => follow(found, body, items));
      return ends.reduce(union, items);
    }
    case "return":
      for (const item of plus(before, statement.value)) found.atReturn.add(item);
      return NONE;
  }
}

function afterCall(found: Found, { call, site }: CallStatement, before: Items): Items {
  let items = before;
  if (call.kind === "member") items = plus(plus(items, call.callee), call.receiver);
  for (const arg of call.args) items = plus(items, arg);
  // The machine has no statements: what was pending still is.
  if (call.kind === "external") return items;
  if (items.size > 0)
    found.atCall.set(site.id, [...new Set([...(found.atCall.get(site.id) ?? []), ...items])]);
  return new Set([-site.id]);
}

function plus(items: Items, code: Code | null): Items {
  if (code === null || code.accesses.length === 0) return items;
  return new Set([...items, ...code.accesses]);
}

function union(a: Items, b: Items): Items {
  if (a.size === 0) return b;
  return b.size === 0 ? a : new Set([...a, ...b]);
}
