import type { FrameView, SessionApi } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { baseName } from "./sources.ts";
import { formatted } from "./value-format.ts";

/** What a client wants to see in the name of a frame; nothing but the function by default. */
export interface FrameFormat {
  readonly types: boolean;
  readonly names: boolean;
  readonly values: boolean;
  readonly module: boolean;
  readonly line: boolean;
  readonly hex: boolean;
}

export function readFrameFormat(args: Arguments): FrameFormat {
  const format = args.has("format") ? args.object("format") : args.none();
  const parameters = format.flag("parameters");
  return {
    types: parameters && format.flag("parameterTypes"),
    names: parameters && format.flag("parameterNames", true),
    values: parameters && format.flag("parameterValues"),
    module: format.flag("module"),
    line: format.flag("line"),
    hex: format.flag("hex"),
  };
}

export interface FrameContext {
  readonly session: SessionApi;
  readonly module: string;
}

/** `vmscan.c!shrink_slab(gfp_mask: number = 0x6200ca) line 120`, as much of it as is wanted. */
export function frameName(view: FrameView, format: FrameFormat, context: FrameContext): string {
  if (!view.isModel) return view.name;
  const { types, names, values, module, line } = format;
  const before = module ? `${baseName(context.module)}!` : "";
  const inside = types || names || values ? `(${parameters(view, format, context)})` : "";
  const after = line ? ` line ${view.place.line + 1}` : "";
  return `${before}${view.name}${inside}${after}`;
}

function parameters(
  view: FrameView,
  { types, names, values, hex }: FrameFormat,
  { session }: FrameContext,
): string {
  const wanted = view.parameters ?? [];
  const locals = session.scopes(view.id).find(({ name }) => name === "Locals");
  const known = locals === undefined ? [] : session.children(locals.ref, 0, 1000);
  return wanted
    .map((name) => {
      const local = known.find((each) => each.name === name);
      const type = types && local?.type != null ? `${names ? ": " : ""}${local.type}` : "";
      const shown = local === undefined ? "" : formatted(local.value, hex ? "hex" : "plain");
      const value = values && shown !== "" ? `${names || type !== "" ? " = " : ""}${shown}` : "";
      return `${names ? name : ""}${type}${value}`;
    })
    .join(", ");
}
