import { expect, test } from "vitest";
import { readLink } from "./links.ts";

test.each([
  ["https://example.org/a", { kind: "web", address: "https://example.org/a" }],
  ["model:tell_host", { kind: "model", name: "tell_host" }],
  ["place:first-page", { kind: "place", name: "first-page" }],
  ["view:chart", { kind: "view", name: "chart" }],
  ["view:terminal", null],
  ["http://example.org", null],
  ["command:workbench.action.quit", null],
  ["javascript:alert(1)", null],
  ["data:text/html,x", null],
  ["vscode:extension/x", null],
  ["model:../x", null],
  ["a.md", null],
])("%s", (address, link) => {
  expect(readLink(address)).toEqual(link);
});
