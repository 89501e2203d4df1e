/** The extension as users get it: what is in the package, and nothing else of the repository. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";

export const PACKAGE = "build/virtio-balloon-debugger.vsix";
/** Where a package has the extension's files; beside them are only its own descriptions. */
const CONTENT = "extension/";

/**
 * Unpacks the package that `npm run package` makes, as installing does.
 *
 * @param {string} root the repository
 * @returns {Promise<string>} the extension's folder
 */
export async function unpackPackage(root) {
  const packed = await readFile(join(root, PACKAGE)).catch(() => {
    throw new Error(`There is no ${PACKAGE}: \`npm run package\` makes it.`);
  });
  const folder = join(root, "build/installed");
  await rm(folder, { recursive: true, force: true });
  for (const [name, bytes] of Object.entries(unzipSync(packed))) {
    if (!name.startsWith(CONTENT)) continue;
    const file = join(folder, name.slice(CONTENT.length));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  return folder;
}
