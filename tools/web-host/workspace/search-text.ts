import * as vscode from "vscode";

/**
 * Lines that match a query of the search view, at most one more than `limit`.
 */
export function searchText(
  files: readonly { uri: vscode.Uri; content: Uint8Array }[],
  query: vscode.TextSearchQuery,
  limit: number,
): vscode.TextSearchMatch[] {
  const pattern = patternOf(query);
  const found: vscode.TextSearchMatch[] = [];
  for (const { uri, content } of files) {
    const lines = new TextDecoder().decode(content).split("\n");
    for (const [number, text] of lines.entries()) {
      for (const match of text.matchAll(pattern)) {
        if (found.length > limit) return found;
        const end = match.index + match[0].length;
        found.push({
          uri,
          ranges: new vscode.Range(number, match.index, number, end),
          preview: { text, matches: new vscode.Range(0, match.index, 0, end) },
        });
      }
    }
  }
  return found;
}

function patternOf(query: vscode.TextSearchQuery): RegExp {
  const source = query.isRegExp
    ? query.pattern
    : query.pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const whole = query.isWordMatch ? `\\b(?:${source})\\b` : source;
  return new RegExp(whole, query.isCaseSensitive ? "g" : "gi");
}
