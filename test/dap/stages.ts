import { TestClient } from "./client.ts";
import { fakeHost } from "./fake-host.ts";

export const program = "/scenarios/a.balloon.yaml";

/** A client whose scenario waits for configuration. */
export async function launched(args: object = {}, initialize: object = {}) {
  const host = fakeHost({ [program]: "guest:" });
  const client = new TestClient(host);
  await client.request("initialize", { adapterID: "balloon", ...initialize });
  await client.request("launch", { program, ...args });
  await client.event("initialized");
  return { client, host };
}

/** A client whose guest has stopped at the entry. */
export async function stopped(initialize: object = {}) {
  const both = await launched({ stopOnEntry: true }, initialize);
  await both.client.request("configurationDone");
  await both.client.event("stopped");
  return both;
}
