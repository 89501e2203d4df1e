/** `5` the fifth hit, `>= 5` from the fifth on, `% 5` every fifth; also `==`, `>`, `<`, `<=`. */
export interface HitCondition {
  readonly operator: "==" | ">=" | ">" | "<" | "<=" | "%";
  readonly count: number;
}

export function parseHitCondition(text: string): HitCondition | { readonly error: string } {
  const match = /^\s*(==|=|>=|>|<=|<|%)?\s*(\d{1,15})\s*$/.exec(text);
  const count = Number(match?.[2]);
  if (match === null || (match[1] === "%" && count === 0)) {
    return { error: `Cannot read the hit count "${text}": write 5, >= 5 or % 5.` };
  }
  const operator = match[1] === undefined || match[1] === "=" ? "==" : match[1];
  const condition = { operator: operator as HitCondition["operator"], count };
  // Where a comparison is true at all, it is so at the first hit, at this one, or behind it.
  const ever = [1, count, count + 1].some((hits) => hits > 0 && hitStops(condition, hits));
  return ever ? condition : { error: `"${text.trim()}" is true at no hit: they count from 1.` };
}

/** Whether the hit number `hits`, counted from 1, stops. */
export function hitStops({ operator, count }: HitCondition, hits: number): boolean {
  switch (operator) {
    case "==":
      return hits === count;
    case ">=":
      return hits >= count;
    case ">":
      return hits > count;
    case "<":
      return hits < count;
    case "<=":
      return hits <= count;
    case "%":
      return hits % count === 0;
  }
}
