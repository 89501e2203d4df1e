/**
 * Files of the sample workspace: read from a folder once, changed in memory from then on, so that
 * trying things out leaves no traces in the repository. They live as long as the server.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A scenario is a few kilobytes; this is only there so that a mistake cannot eat all memory. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * @param {string} folder
 * @returns {Promise<{ answer: (request: import("node:http").IncomingMessage,
 *   response: import("node:http").ServerResponse, name: string) => Promise<void> }>}
 */
export async function loadFiles(folder) {
  /** @type {Map<string, Buffer>} */
  const files = new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(
      path.slice(folder.length).replaceAll("\\", "/").replace(/^\//, ""),
      await readFile(path),
    );
  }
  return { answer };

  /** `GET /files` lists all with their contents; `PUT` and `DELETE /files/NAME` change one. */
  async function answer(
    /** @type {import("node:http").IncomingMessage} */ request,
    /** @type {import("node:http").ServerResponse} */ response,
    /** @type {string} */ name,
  ) {
    if (request.method === "GET") {
      const all = [...files].map(([path, content]) => [path, content.toString("base64")]);
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      return void response.end(JSON.stringify(Object.fromEntries(all)));
    }
    // Only our own page may write: browsers tell where a request comes from.
    if (request.headers["sec-fetch-site"] !== "same-origin") {
      return void response.writeHead(403).end();
    }
    if (request.method === "PUT") {
      const content = await bodyOf(request);
      if (!content) return void response.writeHead(413).end();
      files.set(name, content);
    } else if (request.method === "DELETE") {
      files.delete(name);
    } else {
      return void response.writeHead(405).end();
    }
    response.writeHead(204).end();
  }
}

/** @returns {Promise<Buffer | null>} null when it is too large */
async function bodyOf(/** @type {import("node:http").IncomingMessage} */ request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
