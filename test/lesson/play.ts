/** Plays a lesson without an editor: the adapter in this process, the same requests. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InProcessClient } from "../../src/cli/in-process-client.ts";
import { nodeHost } from "../../src/dap/node-host.ts";
import {
  LessonPlayer,
  type Arrival,
  type LessonDebugger,
  type LessonStop,
} from "../../src/lesson/player.ts";
import { parseLesson } from "../../src/lesson/parse.ts";
import type { Lesson } from "../../src/lesson/types.ts";

export async function readLesson(path: string): Promise<Lesson> {
  const result = parseLesson(await readFile(path, "utf8"));
  if (result.ok) return result.lesson;
  throw new Error(
    result.problems.map(({ line, message }) => `${path}:${line + 1}: ${message}`).join("\n"),
  );
}

/** A debugger of the lesson at `path` that has no window. */
export class HeadlessDebugger implements LessonDebugger {
  readonly breakpoints: string[] = [];
  readonly #program: string;
  #client: InProcessClient | null = null;
  #stopped: (stop: LessonStop) => void = () => {};

  constructor(path: string, lesson: Lesson) {
    this.#program = join(dirname(path), lesson.scenario);
  }

  async start(kernel: string | null): Promise<LessonStop> {
    await this.close();
    const client = new InProcessClient(nodeHost(), ({ event, body }) => {
      if (event === "stopped") this.#stopped(body as LessonStop);
    });
    this.#client = client;
    await client.request("initialize", { adapterID: "balloon" });
    const options = kernel === null ? {} : { kernel };
    await client.request("launch", { program: this.#program, stopOnEntry: true, ...options });
    await client.request("setExceptionBreakpoints", { filters: ["oom-kill", "expectation"] });
    return this.resume("configurationDone", {});
  }

  async request<Body>(command: string, args: object): Promise<Body> {
    if (this.#client === null) throw new Error("nothing has been started");
    return this.#client.request<Body>(command, args);
  }

  async resume(command: string, args: object): Promise<LessonStop> {
    const stopped = new Promise<LessonStop>((resolve) => (this.#stopped = resolve));
    await this.request(command, args);
    return stopped;
  }

  breakAt(name: string): void {
    this.breakpoints.push(name);
  }

  async close(): Promise<void> {
    await this.#client?.close();
    this.#client = null;
  }
}

export interface Played {
  readonly lesson: Lesson;
  readonly arrivals: readonly Arrival[];
}

/** Goes to every place in order and returns what was found there. */
export async function play(path: string): Promise<Played> {
  const lesson = await readLesson(path);
  const debug = new HeadlessDebugger(path, lesson);
  const arrivals: Arrival[] = [];
  const player = new LessonPlayer(lesson, debug);
  try {
    for (let place = 0; place < lesson.places.length; place++) {
      try {
        arrivals.push(await player.goTo(place));
      } catch (error) {
        const { name, line } = lesson.places[place]!;
        throw new Error(`${path}:${line + 1}: ${name}: ${String(error)}`, { cause: error });
      }
    }
  } finally {
    await debug.close();
  }
  return { lesson, arrivals };
}
