/** Names that a scenario gives and uses: tasks and files. */
import type { ScenarioDocument } from "./document.ts";
import type { Entry, Span } from "./outline-entry.ts";
import type { Token } from "./tokens.ts";

export interface Binding {
  readonly kind: "task" | "file";
  readonly name: string;
  /** Where the name is given; for a task without `name:`, its command. */
  readonly definition: Token;
  /** False for a task that is called after its command. */
  readonly explicit: boolean;
  readonly uses: readonly Token[];
}

export function bindingsOf({ tokens }: ScenarioDocument): Binding[] {
  const found: Binding[] = [];
  const usesOf = new Map<string, Token[]>();
  const give = (kind: Binding["kind"], definition: Token, explicit: boolean): void => {
    const uses: Token[] = [];
    found.push({ kind, name: definition.text, definition, explicit, uses });
    const key = `${kind} ${definition.text}`;
    if (!usesOf.has(key)) usesOf.set(key, uses);
  };
  const named = new Set(
    tokens.filter(({ kind }) => kind === "task-name").map(({ entry }) => stepOf(entry)),
  );
  for (const token of tokens) {
    if (token.kind === "task-name") give("task", token, true);
    else if (token.kind === "file-name") give("file", token, true);
    else if (token.kind === "command" && !named.has(stepOf(token.entry)))
      give("task", token, false);
  }
  for (const token of tokens) {
    if (token.kind === "task" || token.kind === "file")
      usesOf.get(`${token.kind} ${token.text}`)?.push(token);
  }
  return found;
}

/** What the word at `offset` names, whether it is given or used there. */
export function bindingAt(document: ScenarioDocument, offset: number): Binding | null {
  const holds = ({ span }: { readonly span: Span }): boolean =>
    span.start <= offset && offset <= span.end;
  return (
    bindingsOf(document).find(
      ({ definition, uses }) => holds(definition) || uses.some((use) => holds(use)),
    ) ?? null
  );
}

function stepOf({ path }: Entry): number {
  return Number(path[1]);
}
