/** As much of markdown-it as is used here; the package has no types of its own. */
declare module "markdown-it" {
  interface Token {
    attrGet(name: string): string | null;
    attrSet(name: string, value: string): void;
  }
  interface Renderer {
    readonly rules: Record<
      string,
      (
        tokens: readonly Token[],
        index: number,
        options: object,
        env: unknown,
        self: Renderer,
      ) => string
    >;
    renderToken(tokens: readonly Token[], index: number, options: object): string;
  }
  export default class MarkdownIt {
    constructor(options: {
      readonly html: boolean;
      readonly linkify: boolean;
      readonly typographer: boolean;
    });
    readonly renderer: Renderer;
    validateLink: (address: string) => boolean;
    disable(rules: readonly string[]): this;
    render(text: string): string;
    renderInline(text: string): string;
  }
}
