/** Licences of the packages that ended up in our bundles. */
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/** Licences that a MIT extension may bundle by naming them; anything else wants a decision. */
const ACCEPTED = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0"]);

/**
 * Text of ThirdPartyNotices.txt: name, version and licence of every package of which at least one
 * file was bundled, then the legal comments that esbuild put beside the bundles (and which are
 * removed there).
 *
 * @param {{ root: string, metafiles: import("esbuild").Metafile[] }} options
 * @throws when a package has no licence text or one that is not accepted
 */
export async function thirdPartyNotices({ root, metafiles }) {
  /** @type {Set<string>} */
  const folders = new Set();
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match?.[1]) folders.add(match[1]);
    }
  }
  const parts = [
    "Third-party notices",
    "",
    "The Virtio Balloon Debugger contains code of these packages.",
  ];
  for (const folder of [...folders].sort((a, b) => a.localeCompare(b)))
    parts.push(await noticeOf(join(root, folder)));
  parts.push(...(await legalComments(join(root, "dist"))));
  return parts.join("\n") + "\n";
}

async function noticeOf(/** @type {string} */ folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  if (!ACCEPTED.has(license))
    throw new Error(`${name}@${version}: licence ${license} not accepted`);
  const file = (await readdir(folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
  if (!file) throw new Error(`${name}@${version} has no licence file`);
  const text = (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim();
  return `\n${"-".repeat(72)}\n${name} ${version} (${license})\n\n${text}`;
}

async function legalComments(/** @type {string} */ folder) {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((each) => each.endsWith(".LEGAL.txt")).sort();
  const texts = new Set();
  for (const file of files) {
    texts.add((await readFile(join(folder, file), "utf8")).trim());
    await rm(join(folder, file));
  }
  return [...texts].map((text) => `\n${"-".repeat(72)}\n${text}`);
}
