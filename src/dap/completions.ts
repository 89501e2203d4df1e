import type { DebugProtocol } from "@vscode/debugprotocol";
import type { NameView, SessionApi } from "../session/types.ts";

/** More would be slow to make and useless to look through. */
const limit = 500;

/**
 * What may follow `before`, the text up to the caret: members after `.` or `->`, else the names
 * that the frame knows. `start` counts from 0.
 */
export function completionsAt(
  session: SessionApi,
  frame: number | null,
  before: string,
): (DebugProtocol.CompletionItem & { start: number })[] {
  const [, owner, typed] = /((?:[a-z_]\w*(?:\[\w+\])*(?:\.|->))*)(\w*)$/i.exec(before) ?? [
    "",
    "",
    "",
  ];
  if (owner === undefined || typed === undefined) return [];
  const preceding = before.slice(0, before.length - owner.length - typed.length);
  // A number, or a member of something that is no plain path, such as `f(x).`.
  if (/^\d/.test(typed) || /(\.|->)$/.test(preceding)) return [];
  const found =
    owner === ""
      ? namesIn(session, frame)
      : membersOf(session, frame, owner.replace(/(\.|->)$/, ""));
  const items = new Map<string, DebugProtocol.CompletionItem>();
  for (const item of found) {
    if (item.label.startsWith(typed) && !items.has(item.label)) items.set(item.label, item);
  }
  const range = { start: before.length - typed.length, length: typed.length };
  return [...items.values()].slice(0, limit).map((item) => ({ ...item, ...range }));
}

function membersOf(session: SessionApi, frame: number | null, owner: string): Item[] {
  const { value } = session.evaluate(owner, frame);
  if (value === null || value.ref === 0 || value.indexed > 0) return [];
  return session.children(value.ref, 0, limit).map(({ name, type }) => ({
    label: name,
    type: "property",
    ...(type === null ? {} : { detail: type }),
  }));
}

/** Near names come first, however a client sorts those of one kind. */
function namesIn(session: SessionApi, frame: number | null): Item[] {
  return session.names(frame).map(({ name, kind, type }) => ({
    label: name,
    type: kinds[kind].type,
    sortText: `${kinds[kind].order} ${name}`,
    ...(type === null ? {} : { detail: type }),
  }));
}

type Item = DebugProtocol.CompletionItem;

const kinds = {
  local: { type: "variable", order: 0 },
  scenario: { type: "value", order: 1 },
  global: { type: "variable", order: 2 },
  function: { type: "function", order: 3 },
} as const satisfies Record<NameView["kind"], unknown>;
