import type { Mark, SeekTarget } from "../session/types.ts";
import type { Arguments } from "./arguments.ts";
import { toBase64 } from "./base64.ts";
import { branchesBody } from "./branches.ts";
import { errors } from "./errors.ts";
import { changesOf } from "./history.ts";
import type { Launched } from "./launched.ts";
import type { FingerprintBody, HistoryBody, MarkBody, PageMapBody, RingsBody } from "./protocol.ts";
import type { Answer, Requests } from "./request-handler.ts";

/** What the protocol has no requests for: moments, branches, samples, the page map, the rings. */
export const timeRequests: Requests = {
  "balloon/seek": { when: "ready", run: seek },
  "balloon/history": { when: "ready", run: history },
  "balloon/mark": { when: "stopped", run: mark },
  "balloon/fingerprint": { when: "stopped", run: fingerprint },
  "balloon/branches": { when: "launched", run: ({ session }) => ({ body: branchesBody(session) }) },
  "balloon/samples": { when: "launched", run: samples },
  "balloon/pageMap": { when: "launched", run: pageMap },
  "balloon/rings": { when: "launched", run: rings },
};

/** More tiles than any screen has room for. */
const maxTiles = 1 << 22;
const defaultChanges = 10;
const maxChanges = 100;
const directions = ["forward", "back"] as const;

function seek(launched: Launched, args: Arguments): Answer {
  const { session, inspector, debuggee } = launched;
  const target = readTarget(launched, args);
  const problem = session.seekProblem(target);
  if (problem !== null) throw errors.unseekable(problem);
  inspector.forget();
  const title = "Going to another moment";
  return {
    after: () =>
      debuggee.run({
        direction: "back",
        title,
        go: (options) => session.seek(target, options),
      }),
  };
}

function history({ session, inspector, debuggee, emit }: Launched, args: Arguments): Answer {
  const dataId = readDataId(session, args);
  const limit = Math.min(args.optionalInteger("limit", 1) ?? defaultChanges, maxChanges);
  inspector.forget();
  return {
    after: () =>
      debuggee.run({
        direction: "back",
        title: "Looking for earlier changes",
        go: async (run, givenUp) => {
          const { changes, stop } = await changesOf({ session, dataId, limit, run, givenUp });
          const body: HistoryBody = { dataId, changes };
          emit("balloon/history", body);
          return stop;
        },
      }),
  };
}

function readTarget({ session, inspector }: Launched, args: Arguments): SeekTarget {
  const branch = args.optionalInteger("branch");
  const view =
    branch === undefined ? undefined : session.branches().find((each) => each.id === branch);
  if (branch !== undefined && view === undefined) throw errors.unknownBranch(branch);
  const onBranch = branch === undefined ? {} : { branch };
  const direction = args.optionalOneOf("direction", directions) ?? "forward";
  const targets: readonly (readonly [string, () => SeekTarget])[] = [
    ["mark", () => ({ kind: "mark", mark: readMark(args.object("mark")), ...onBranch })],
    ["time", () => ({ kind: "time", time: args.integer("time") })],
    ["condition", () => ({ kind: "condition", expression: args.string("condition"), direction })],
    [
      "function",
      () => ({
        kind: "call",
        name: args.string("function"),
        condition: args.optionalString("when") ?? null,
        direction,
      }),
    ],
    ["dataId", () => ({ kind: "change", dataId: readDataId(session, args), direction })],
    ["variable", () => ({ kind: "mark", mark: inspector.moment(args.object("variable")) })],
  ];
  const given = targets.filter(([name]) => args.has(name));
  if (given.length === 0 && view !== undefined) {
    return { kind: "mark", mark: view.end, branch: view.id };
  }
  const [only] = given;
  const isClear = given.length === 1 && (view === undefined || only?.[0] === "mark");
  if (only === undefined || !isClear) throw errors.seekTarget();
  return only[1]();
}

/** One that the session does not know is refused here, before anything runs. */
function readDataId(session: Launched["session"], args: Arguments): string {
  const dataId = args.string("dataId");
  const problem = session.seekProblem({ kind: "change", dataId, direction: "back" });
  if (problem !== null) throw errors.unknownData(problem);
  return dataId;
}

function readMark(args: Arguments): Mark {
  return { dispatch: args.integer("dispatch"), statement: args.optionalInteger("statement") ?? 0 };
}

async function mark({ session }: Launched): Promise<Answer> {
  const body: MarkBody = {
    mark: await session.mark(),
    branch: session.branch,
    time: session.time(),
  };
  return { body };
}

async function fingerprint(launched: Launched): Promise<Answer> {
  const { body } = await mark(launched);
  const whole: FingerprintBody = {
    ...(body as MarkBody),
    fingerprint: launched.session.fingerprint(),
  };
  return { body: whole };
}

function samples({ debuggee, session }: Launched, args: Arguments): Answer {
  const branch = args.optionalInteger("branch");
  if (branch !== undefined && !session.branches().some(({ id }) => id === branch)) {
    throw errors.unknownBranch(branch);
  }
  return { body: debuggee.samplesSince(args.integer("since"), branch) };
}

function pageMap({ session }: Launched, args: Arguments): Answer {
  const resolution = args.integer("resolution", 1);
  const perTile = args.optionalInteger("perTile", 1);
  const range = args.has("count")
    ? { first: args.optionalInteger("first") ?? 0, count: args.integer("count", 1) }
    : undefined;
  const { tiles, ...rest } = session.pageMap(Math.min(resolution, maxTiles), {
    ...(range === undefined ? {} : { range }),
    ...(perTile === undefined ? {} : { perTile }),
  });
  const body: PageMapBody = { ...rest, tiles: toBase64(tiles) };
  return { body };
}

function rings({ session }: Launched): Answer {
  const body: RingsBody = { queues: session.rings() };
  return { body };
}
