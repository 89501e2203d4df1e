import type { Mark } from "../session/types.ts";

/** A moment of a run, as it is handed to somebody else: enough to get there, and to know it again. */
export interface MarkLink {
  /** Path within the workspace, or a whole address. */
  readonly scenario: string;
  /** SHA-256 of the scenario's text. */
  readonly text: string;
  readonly mark: Mark;
  /** Of the guest's whole state there. */
  readonly fingerprint: string;
  readonly kernel?: string;
  readonly seed?: number;
  readonly variant?: string;
}

const PATH = "/mark";

/** `base` is `vscode://publisher.name`. */
export function formatLink(base: string, link: MarkLink): string {
  const { scenario, text, mark, fingerprint, kernel, seed, variant } = link;
  const query = new URLSearchParams({
    scenario: protect(scenario),
    at: formatMark(mark),
    state: fingerprint,
    text,
    ...(kernel === undefined ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed: String(seed) }),
    ...(variant === undefined ? {} : { variant }),
  });
  return `${base}${PATH}?${query.toString()}`;
}

/** Null when it is none. What comes before the path may be any editor's. */
export function parseLink(link: string): MarkLink | null {
  const [, search] = /^[\w.+-]+:\/\/[^/?#]*\/mark\?([^#]*)$/.exec(link.trim()) ?? [];
  if (search === undefined) return null;
  const query = new URLSearchParams(search);
  const scenario = query.get("scenario") ?? "";
  const text = query.get("text") ?? "";
  const fingerprint = query.get("state") ?? "";
  const mark = parseMark(query.get("at") ?? "");
  const seed = query.get("seed");
  const isWhole =
    scenario !== "" && /^[\da-f]{64}$/.test(text) && /^[\da-f]{16}$/.test(fingerprint);
  if (!isWhole || mark === null || (seed !== null && !/^\d{1,10}$/.test(seed))) return null;
  const kernel = query.get("kernel");
  const variant = query.get("variant");
  return {
    scenario: unprotect(scenario),
    text,
    mark,
    fingerprint,
    ...(kernel === null ? {} : { kernel }),
    ...(seed === null ? {} : { seed: Number(seed) }),
    ...(variant === null ? {} : { variant }),
  };
}

/** `5602.56`: dispatch and statement. */
export function formatMark({ dispatch, statement }: Mark): string {
  return `${dispatch}.${statement}`;
}

/** VS Code hands on a link with its escapes taken out once: what would then be misread has two. */
function protect(path: string): string {
  return path.replace(/[%&+#]/g, encodeURIComponent);
}

function unprotect(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function parseMark(text: string): Mark | null {
  const [, dispatch, statement] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (dispatch === undefined || statement === undefined) return null;
  return { dispatch: Number(dispatch), statement: Number(statement) };
}
