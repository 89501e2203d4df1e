import { afterEach, beforeEach, expect, test } from "vitest";
import { LessonError, LessonPlayer } from "../../src/lesson/player.ts";
import type { Lesson, LessonPlace } from "../../src/lesson/types.ts";
import { HeadlessDebugger, readLesson } from "./play.ts";

const PATH = "lessons/4-virtqueues.lesson.md";

let lesson: Lesson;
let debug: HeadlessDebugger;
let player: LessonPlayer;

beforeEach(async () => {
  lesson = await readLesson(PATH);
  use(lesson);
});

afterEach(() => debug.close());

function use(which: Lesson): void {
  debug = new HeadlessDebugger(PATH, which);
  player = new LessonPlayer(which, debug);
}

const number = (name: string): number => lesson.places.findIndex((place) => place.name === name);

async function fingerprint(): Promise<string> {
  const { fingerprint } = await debug.request<{ readonly fingerprint: string }>(
    "balloon/fingerprint",
    {},
  );
  return fingerprint;
}

test("a place is the same moment, whatever its reader did in between", async () => {
  const kick = await player.goTo(number("kick"));
  const print = await fingerprint();
  expect(await player.here()).toBe(number("kick"));
  await debug.resume("next", { threadId: kick.stop.threadId });
  await debug.resume("stepBack", { threadId: kick.stop.threadId });
  await debug.resume("balloon/seek", { time: 1_100_000_000 });
  expect(await player.here()).toBeNull();
  // Forwards from a place that the run has seen, and back to one.
  const later = await player.goTo(number("pop"));
  await player.goTo(number("kick"));
  expect(await fingerprint()).toBe(print);
  expect((await player.goTo(number("pop"))).stop).toMatchObject({
    virtualTime: later.stop.virtualTime,
  });
});

test("a place is reached by way of those before it, in one go", async () => {
  const seen: number[] = [];
  const watched = new LessonPlayer(lesson, debug, ({ place }) => seen.push(place));
  await watched.goTo(number("added"));
  expect(seen).toEqual([0, 1, 2, 3]);
});

test("breakpoints of the reader do not stop it on the way", async () => {
  await player.goTo(0);
  await debug.request("setFunctionBreakpoints", { breakpoints: [{ name: "fill_balloon" }] });
  const { stop } = await player.goTo(number("tell"));
  expect(stop.reason).toBe("goto");
});

test("when the session is gone the next place begins a new one", async () => {
  await player.goTo(number("tell"));
  const print = await fingerprint();
  await debug.close();
  player.ended();
  await player.goTo(number("tell"));
  expect(await fingerprint()).toBe(print);
});

test("a place with a breakpoint sets it where the reader sees it", async () => {
  const [start, tell] = lesson.places;
  if (start === undefined || tell?.move.kind !== "call") throw new Error("other places expected");
  const places = [start, { ...tell, move: { ...tell.move, breakpoint: true } }];
  use({ ...lesson, places });
  await player.goTo(1);
  expect(debug.breakpoints).toEqual(["tell_host"]);
});

test.each([
  [{ kind: "call", name: "no_such_function" }, /There is no function|The model has no function/],
  [{ kind: "call", name: "out_of_memory" }, /The scenario ended before that/],
  [{ kind: "call", name: "fill_balloon", direction: "back" }, /The run began after that/],
])("a place that is not there says why: %j", async (move, message) => {
  const [start] = lesson.places;
  if (start === undefined) throw new Error("a lesson has places");
  const there = {
    ...start,
    name: "there",
    move: { condition: null, direction: "forward", breakpoint: false, ...move },
  } as LessonPlace;
  use({ ...lesson, places: [start, there], questions: [] });
  const failure = await player.goTo(1).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LessonError);
  expect((failure as LessonError).message).toMatch(message);
  expect((failure as LessonError).place).toBe(1);
});
