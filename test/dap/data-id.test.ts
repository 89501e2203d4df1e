/** `balloon/seek` and `balloon/history` with ids that no `dataBreakpointInfo` has given. */
import { expect, test } from "vitest";
import { Guest, small } from "./guest.ts";

const malformed = [
  "",
  "balloon_inflate",
  "null",
  "{}",
  "[]",
  "[".repeat(100_000),
  '["page"]',
  '["page",-1]',
  '["page",1e300]',
  '["page","5"]',
  '["local",1]',
  '["local",1,1e9,1,"num"]',
  '["local",1,"toString",1,"num"]',
  '["global"]',
  '["global","nowhere.ts","vmstat"]',
  '["global","mm/vmstat.ts","vmstat",{}]',
  '["global","mm/vmstat.ts","vmstat",null]',
  'several:["[\\"page\\",5]"]',
];

/** Such a value may yet come to be; it does not, and the guest has stopped all the same. */
const leadingNowhere = [
  '["global","mm/vmstat.ts","vmstat","__proto__","polluted"]',
  '["local",4711,3,1,"num"]',
];

test("are refused at the first statement and later, and nothing runs", async () => {
  const guest = await Guest.start({ program: "/small.balloon.yaml", text: small });
  const { client } = guest;
  for (const functions of [[], ["tell_host"]]) {
    await guest.breakAt(...functions);
    if (functions.length > 0) await guest.go("continue");
    const before = await guest.fingerprint();
    for (const dataId of malformed) {
      for (const direction of ["forward", "back"]) {
        expect(await client.refusal("balloon/seek", { dataId, direction })).toMatch(
          /^unknownData: There is nothing to watch/,
        );
      }
      expect(await client.refusal("balloon/history", { dataId })).toMatch(/^unknownData: /);
    }
    for (const dataId of [5, null, undefined, ["page", 5]]) {
      expect(await client.refusal("balloon/history", { dataId })).toMatch(/^badArgument: /);
    }
    expect(await guest.fingerprint()).toEqual(before);
  }
  await guest.leave();
});

test("may lead nowhere: there is no change to find, and the session goes on", async () => {
  const guest = await Guest.start({ program: "/small.balloon.yaml", text: small }, ["tell_host"]);
  const { fingerprint } = await guest.fingerprint();
  for (const dataId of leadingNowhere) {
    await guest.go("balloon/history", { dataId });
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);
    await guest.go("balloon/seek", { dataId, direction: "back" });
    expect(guest.stop.reason).toBe("entry");
    expect((await guest.go("continue")).reason).toBe("function breakpoint");
    expect((await guest.fingerprint()).fingerprint).toBe(fingerprint);
  }
  await guest.leave();
});
