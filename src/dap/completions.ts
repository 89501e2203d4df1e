import type { DebugProtocol } from "@vscode/debugprotocol";
import type { SessionApi, ValueView } from "../session/types.ts";

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
  const names = new Map(
    found.filter(({ name }) => name.startsWith(typed)).map((view) => [view.name, view]),
  );
  return [...names.values()].slice(0, limit).map((view) => ({
    label: view.name,
    type: owner === "" ? "variable" : "property",
    ...(view.type === null ? {} : { detail: view.type }),
    start: before.length - typed.length,
    length: typed.length,
  }));
}

function membersOf(session: SessionApi, frame: number | null, owner: string): readonly ValueView[] {
  const { value } = session.evaluate(owner, frame);
  return value === null || value.ref === 0 || value.indexed > 0
    ? []
    : session.children(value.ref, 0, limit);
}

/** Those that evaluate under their own name: a row that is only shown cannot be written. */
function namesIn(session: SessionApi, frame: number | null): readonly ValueView[] {
  if (frame === null) return [];
  return session
    .scopes(frame)
    .filter((scope) => !scope.expensive && scope.indexed === 0)
    .flatMap((scope) => session.children(scope.ref, 0, limit))
    .filter((view) => view.evaluateName === view.name);
}
