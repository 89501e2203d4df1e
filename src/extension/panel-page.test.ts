import { expect, test } from "vitest";
import { makeNonce, panelPage } from "./panel-page.ts";

const page = (title: string, noRun: string): string =>
  panelPage({
    source: "https://source",
    nonce: "abc",
    script: "https://source/chart.js?a=1&b=2",
    style: "https://source/chart.css",
    language: "en",
    title,
    root: "chart",
    texts: { noRun },
  });

test("allows its own script and style, and nothing else", () => {
  const html = page("Chart", "x");
  expect(html).toContain(
    `content="default-src 'none'; img-src data:; style-src https://source; script-src 'nonce-abc'"`,
  );
  expect(html.match(/<script\b[^>]*>/g)).toEqual([
    `<script nonce="abc" src="https://source/chart.js?a=1&#38;b=2">`,
  ]);
});

test("texts cannot become markup", () => {
  const html = page(`</title><b>`, `"><script>alert(1)</script>`);
  expect(html).not.toContain("<b>");
  expect(html).not.toContain("<script>");
});

test("a nonce is 128 bits, new each time", () => {
  expect(makeNonce()).toMatch(/^[0-9a-f]{32}$/);
  expect(makeNonce()).not.toBe(makeNonce());
});
