/** `npm run typecheck`: every TypeScript project of the repository. */
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { root, runPackage } from "./run.mjs";

/** Projects by environment: Node, web worker, web page, the model's subset, these tools. */
const projects = [
  ...readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name)),
  "tools/web-host/workspace",
];

/** @returns {Promise<{ ok: boolean, output: string }>} */
export async function typecheck() {
  let output = "";
  for (const project of projects) {
    const { code, output: text } = await runPackage("tsc", ["-p", project]);
    if (code !== 0) output += `${project}\n${text.trimEnd()}\n`;
  }
  return { ok: output === "", output };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { ok, output } = await typecheck();
  console.log(ok ? `${projects.length} projects without type errors` : output.trimEnd());
  process.exitCode = ok ? 0 : 1;
}
