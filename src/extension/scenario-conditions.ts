/** A condition in a scenario, as it stands in one line. Lines and columns count from zero. */
export interface ConditionAt {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Of `expect` and `wait-until`, and of the list at the end. Found by line: the text may be unsaved. */
export function conditionsIn(text: string): ConditionAt[] {
  let isFinalList = false;
  return text.split(/\r?\n/).flatMap((content, line) => {
    if (/^\S/.test(content) && !/^[-#]/.test(content)) isFinalList = content.startsWith("expect:");
    const [, lead = "", value = ""] =
      (isFinalList ? /^(\s*-\s+)([^#].*)$/.exec(content) : null) ??
      /^(\s*(?:-\s+)?(?:.*[{,]\s*)?(?:expect|wait-until):\s+)([^#{[>|\s].*)$/.exec(content) ??
      [];
    const { start, condition } = unquoted(value, lead.includes("{"));
    return condition === "" ? [] : [{ line, column: lead.length + start, text: condition }];
  });
}

/** A scalar without its quotes, its comment, and what follows it in a flow map. */
function unquoted(value: string, isInFlow: boolean): { start: number; condition: string } {
  const [, quote, inner] = /^(["'])(.*?)\1/.exec(value) ?? [];
  if (quote !== undefined && inner !== undefined) return { start: 1, condition: inner };
  const ended = isInFlow ? value.replace(/[,}].*$/, "") : value;
  return { start: 0, condition: ended.replace(/\s+#.*$/, "").trim() };
}

/** Not the unit of a number: `300MiB`, `4 KiB`. */
const NAME = /(?<!\w|\d\s|[.>])[A-Za-z_]\w*(?:(?:\.|->)[A-Za-z_]\w*)*/g;

/** The name at a column of a condition, with its members: `balloon.reached`. */
export function nameAt(
  conditions: readonly ConditionAt[],
  line: number,
  column: number,
): ConditionAt | null {
  for (const condition of conditions) {
    if (condition.line !== line) continue;
    for (const { 0: text, index } of condition.text.matchAll(NAME)) {
      const start = condition.column + index;
      const isCalled = /^\s*\(/.test(condition.text.slice(index + text.length));
      if (start <= column && column <= start + text.length && !isCalled)
        return { line, column: start, text };
    }
  }
  return null;
}
