/** `npm run lint`: oxlint with rules that know types. */
import { pathToFileURL } from "node:url";
import { runPackage } from "./run.mjs";

/** @returns {Promise<{ ok: boolean, output: string }>} */
export async function lint() {
  const args = ["--type-aware", "--deny-warnings", "--format", "unix", "."];
  const { code, output } = await runPackage("oxlint", args);
  // With a broken tsconfig the rules that know types are left out, and the rest may look clean.
  const blind = /invalid tsconfig/i.test(output);
  return { ok: code === 0 && !blind, output };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { ok, output } = await lint();
  console.log(ok ? "no lint errors" : output.trimEnd());
  process.exitCode = ok ? 0 : 1;
}
