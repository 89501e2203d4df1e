/** A log message is text with expressions in braces: `leaks {num} of {vb->num_pages}`. */
const EXPRESSION = /\{([^{}]*)\}/g;

export function expressionsOf(message: string): readonly string[] {
  return [...message.matchAll(EXPRESSION)].map(([, text]) => text!);
}

/** The message with what `show` makes of each expression in its place. */
export function interpolated(message: string, show: (expression: string) => string): string {
  return message.replace(EXPRESSION, (_, text: string) => show(text));
}
