import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWebHost } from "../tools/web-host/server.mjs";

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

let folder = "";
let host: Awaited<ReturnType<typeof startWebHost>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "web-host-"));
  writeFileSync(join(folder, "a.balloon.yaml"), "name: a\n");
  host = await startWebHost({ root: process.cwd(), folder, port: 0, open: "a.balloon.yaml" });
});

afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

/** `fetch` would not let us choose the headers that a browser sets. */
function ask(path: string, headers: Record<string, string> = {}, method = "GET", text = "") {
  return new Promise<Answer>((resolve, reject) => {
    const options = { host: "127.0.0.1", port: host.port, path, method };
    const own = { host: `balloon.localhost:${host.port}`, ...headers };
    const question = request({ ...options, headers: own }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => (body += chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, body }),
      );
    });
    question.on("error", reject);
    question.end(text);
  });
}

async function files(): Promise<Record<string, string>> {
  const all = JSON.parse((await ask("/files")).body) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(all).map(([name, base64]) => [name, Buffer.from(base64, "base64").toString()]),
  );
}

describe("the embedded editor's server", () => {
  test("serves the page, the editor and the extension", async () => {
    const page = await ask("/");
    expect(page.body).toContain(`http://{{uuid}}.balloon.localhost:${host.port}/`);
    expect(page.body).toContain("/scenarios/a.balloon.yaml");
    expect((await ask("/vscode/out/vs/loader.js")).status).toBe(200);
    expect((await ask("/extension/package.json")).status).toBe(200);
  });

  test("sends an address to the name, since webviews live below it", async () => {
    const answer = await ask("/", { host: `127.0.0.1:${host.port}` });
    expect(answer).toMatchObject({ status: 302, location: host.url });
  });

  test.each([
    ["/nothing", {}, 404],
    ["/extension/package-lock.json", {}, 404],
    ["/extension/dist/../package-lock.json", {}, 404],
    ["/extension/dist/%2e%2e/%2e%2e/%2e%2e/etc/passwd", {}, 404],
    ["/vscode/..%2f..%2fpackage.json", {}, 404],
    ["/vscode/%ff", {}, 400],
    ["/", { host: "elsewhere.example" }, 403],
    ["/files", { host: "balloon.localhost.example" }, 403],
  ])("%s with %o is answered with %i", async (path, headers, status) => {
    expect((await ask(path, headers)).status).toBe(status);
  });

  test("changes of files stay in memory, and only our own page may make them", async () => {
    const own = { "sec-fetch-site": "same-origin" };
    expect(await files()).toEqual({ "a.balloon.yaml": "name: a\n" });
    expect((await ask("/files/b%20c.yaml", {}, "PUT", "x")).status).toBe(403);
    expect((await ask("/files/b%20c.yaml", own, "PUT", "name: b\n")).status).toBe(204);
    expect((await ask("/files/a.balloon.yaml", own, "PUT", "name: changed\n")).status).toBe(204);
    expect(await files()).toEqual({ "a.balloon.yaml": "name: changed\n", "b c.yaml": "name: b\n" });
    expect((await ask("/files/b%20c.yaml", own, "DELETE")).status).toBe(204);
    expect(await files()).toEqual({ "a.balloon.yaml": "name: changed\n" });
    expect(readFileSync(join(folder, "a.balloon.yaml"), "utf8")).toBe("name: a\n");
  });

  test("a file that is far too large is refused", async () => {
    const own = { "sec-fetch-site": "same-origin" };
    const answer = await ask("/files/big", own, "PUT", "x".repeat(5 * 1024 * 1024));
    expect(answer.status).toBe(413);
  });

  test("a port that is taken is an error with its code", async () => {
    const again = startWebHost({ root: process.cwd(), folder, port: host.port });
    await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});
