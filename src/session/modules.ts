/**
 * The Linux files that the model stands for, read from the headers of its sources:
 * `mm/page_alloc.c, v5.7: getting pages.` A source without a Linux file is a module of its own.
 */
import type { KernelImage } from "../base/kernel-image.ts";
import type { Scenario } from "../scenario/types.ts";
import type { ModuleView } from "./types.ts";

/** Its generation is chosen by the scenario. */
const DRIVER = "drivers/virtio/virtio_balloon.c";

export function modulesOf(image: KernelImage, scenario: Scenario): readonly ModuleView[] {
  let drafts = known.get(image);
  if (drafts === undefined) known.set(image, (drafts = draftsOf(image)));
  return [...drafts].map(([id, draft]) => ({
    id,
    sources: draft.sources,
    functions: draft.functions,
    generation: id === DRIVER ? scenario.driver : draft.versions.join(", "),
  }));
}

/** What the sources say does not change; only which driver it is, is up to the scenario. */
const known = new WeakMap<KernelImage, ReadonlyMap<string, Draft>>();

function draftsOf({ debug, sources }: KernelImage): Map<string, Draft> {
  const modules = new Map<string, Draft>();
  debug.files.forEach((path, file) => {
    const header = headerOf(sources[path] ?? "");
    for (const id of linuxFiles(header, path)) {
      const draft = modules.get(id) ?? { sources: [], versions: [], functions: 0 };
      draft.sources.push(path);
      draft.functions += debug.functions.filter((fn) => fn.file === file).length;
      const version = versionIn(header);
      if (version !== null && !draft.versions.includes(version)) draft.versions.push(version);
      modules.set(id, draft);
    }
  });
  return modules;
}

interface Draft {
  readonly sources: string[];
  readonly versions: string[];
  functions: number;
}

/** First sentence of a source's first comment, without stars. */
function headerOf(text: string): string {
  const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  return comment.replace(/\s*\n\s*\*\s?/g, " ").trim();
}

function linuxFiles(header: string, path: string): readonly string[] {
  // Only what stands before the sentence's colon or full stop names the file.
  const [subject = ""] = /^.*?(?=: |\. |\.$|$)/.exec(header) ?? [];
  const found = subject.match(/[\w./-]+\.[ch]\b/g) ?? [];
  if (found.length === 0) return [path];
  // `page-flags.h` behind `include/linux/mm_types.h` is in the same folder.
  const folder = found[0]!.replace(/[^/]*$/, "");
  return found.map((name) => (name.includes("/") ? name : folder + name));
}

function versionIn(header: string): string | null {
  const [subject = ""] = /^.*?(?=: |\. |$)/.exec(header) ?? [];
  return /\bv\d+\.\d+(?: to v\d+\.\d+)?|QEMU \d+\.\d+/.exec(subject)?.[0] ?? null;
}
