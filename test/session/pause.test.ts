/** Whatever is under way, others have their turn in between, and a pause gives it up. */
import { image } from "#model-image";
import { expect, test } from "vitest";
import { parseScenario } from "../../src/scenario/index.ts";
import { Session } from "../../src/session/session.ts";
import type { Stop } from "../../src/session/types.ts";
import { stopIn } from "./small-guest.ts";

const TEXT = `name: pause
guest:
  memory: 128MiB
  kernel: v5.7
  files: { big: 20MiB }
timeline:
  - run: cat big --loop
  - wait: 50ms
  - balloon: 30MiB
  - wait: 50ms
`;

type Go = (session: Session) => Promise<Stop>;

/** Without history but the start, so that each way back is as long as the run. */
async function paused(before: (session: Session) => Promise<unknown>, go: Go): Promise<void> {
  const { scenario } = parseScenario(TEXT, "pause.balloon.yaml");
  let armed = false;
  const session: Session = Session.create(scenario!, {
    image,
    historyBytes: 1,
    yield: async () => {
      if (armed) session.pause();
      armed = false;
    },
  });
  await before(session);
  const here = session.fingerprint();
  armed = true;
  const { reason } = await go(session);
  expect([reason.kind, armed]).toEqual(["pause", false]);
  expect(session.fingerprint()).toBe(here);
}

const toEnd = (session: Session): Promise<Stop> => session.execute("continue");

const ways: Readonly<Record<string, Go>> = {
  "to a time": (session) => session.seek({ kind: "time", time: session.time() - 1 }),
  "to a mark": async (session) => {
    const { dispatch } = await session.mark();
    return session.seek({ kind: "mark", mark: { dispatch: dispatch - 1, statement: 0 } });
  },
  "to a change": (session) =>
    session.seek({ kind: "change", dataId: '["page",1]', direction: "back" }),
  "to the stop before": (session) => session.execute("reverseContinue"),
};
for (const [name, go] of Object.entries(ways)) {
  test(`back ${name}`, () => paused(toEnd, go));
}

test("back to the beginning of a thread's first function", async () => {
  await paused(
    (session) => stopIn(session, "fill_balloon"),
    async (session) => {
      const { thread } = session.stop!;
      const { frames } = session.stack(thread, 0, 99);
      return session.restartFrame(frames.filter(({ isModel }) => isModel).at(-1)!.id);
    },
  );
});
