import type { SessionApi } from "../session/types.ts";

/** Linux files, below the root of a checkout, by model source. QEMU's are not among them. */
export function linuxFiles(session: SessionApi): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const { id, sources, generation } of session.modules()) {
    if (!/\.[ch]$/.test(id) || generation.startsWith("QEMU")) continue;
    for (const path of sources) files.set(path, [...(files.get(path) ?? []), id]);
  }
  return files;
}
