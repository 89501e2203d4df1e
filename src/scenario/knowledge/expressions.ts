/** Functions and units of expressions. `../expression.ts` reads them. */
export const FUNCTION_DOCS: Readonly<
  Record<string, { readonly usage: string; readonly doc: string }>
> = {
  min: { usage: "min(a, b, ...)", doc: "The smallest of its arguments." },
  max: { usage: "max(a, b, ...)", doc: "The largest of its arguments." },
  abs: { usage: "abs(a)", doc: "The argument without its sign." },
  pages: {
    usage: "pages(size)",
    doc: "The number of whole 4 KiB pages in a size, as the balloon counts them. Counters are pages, so sizes are compared through this.",
  },
};
