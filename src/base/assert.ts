/** A mistake of ours: fails where it is noticed, and stays on in releases. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new AssertionError(message);
}

/** The value, which the caller knows to be there. */
export function present<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new AssertionError(message);
  return value;
}
