/**
 * Line, from zero, where a C source defines a function; null when it does not. Written for kernel
 * style: a definition's name stands in a line that is not indented, and its body opens behind the
 * parameters. What only declares or
 * calls the function is passed over.
 */
export function definitionLine(text: string, name: string): number | null {
  const code = withoutComments(text);
  const heads = new RegExp(String.raw`^(?:[A-Za-z_][^\n;={}()]*[\s*])?${name}[ \t]*\(`, "gm");
  for (const head of code.matchAll(heads)) {
    const open = head.index + head[0].length - 1;
    const close = closingOf(code, open);
    if (close >= 0 && /^[\s\w]*(?:\([^(){};]*\)\s*)?\{/.test(code.slice(close + 1, close + 200)))
      return code.slice(0, open).split("\n").length - 1;
  }
  return null;
}

/** Comments and strings as blanks, so that lines stay where they are. */
function withoutComments(text: string): string {
  const pieces = /\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g;
  return text.replace(pieces, (piece) => piece.replace(/[^\n]/g, " "));
}

/** Offset of the parenthesis that closes the one at `open`; negative when there is none. */
function closingOf(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === "(") depth++;
    if (code[at] === ")" && --depth === 0) return at;
  }
  return -1;
}
