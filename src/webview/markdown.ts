/**
 * Markdown of a lesson as HTML: no raw HTML, no pictures, and only the links that a lesson may
 * have. Links that do something get `data-link`; what they do is decided by the extension.
 */
import MarkdownIt from "markdown-it";
import { readLink } from "../lesson/links.ts";

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.disable(["image", "html_block", "html_inline"]);
// A link that is not allowed stays text, as it was written.
markdown.validateLink = (address) => readLink(address) !== null;
markdown.renderer.rules["link_open"] = (tokens, index, options, _env, self) => {
  const token = tokens[index];
  const address = token?.attrGet("href") ?? "";
  if (token !== undefined && readLink(address)?.kind !== "web") {
    token.attrSet("href", "#");
    token.attrSet("data-link", address);
  }
  return self.renderToken(tokens, index, options);
};

export function renderMarkdown(text: string): string {
  return markdown.render(text);
}

/** For a line within other text. */
export function renderInline(text: string): string {
  return markdown.renderInline(text);
}
