/** What the lesson panel and the extension say to each other: the extension knows, the panel shows. */
import type { Facts } from "../lesson/player.ts";
import type { Lesson, LessonProblem } from "../lesson/types.ts";

/** How far a reader has come; kept by the extension. */
export interface LessonProgress {
  readonly page: number;
  /** By name of the question: text of a number, or index of a choice. */
  readonly answers: Readonly<Record<string, string>>;
  /** What was found at the places that were reached, by name. */
  readonly found: Readonly<Record<string, Facts>>;
}

export interface LessonRun {
  /** `elsewhere`: what is debugged is not the lesson's scenario, or nothing is. */
  readonly state: "elsewhere" | "running" | "stopped" | "going";
  /** Virtual time of the stop in ns. */
  readonly time: number | null;
  /** Number of the place where the run is stopped, or to which it is going. */
  readonly place: number | null;
  /** Why the last place was not reached. */
  readonly trouble: { readonly place: number; readonly message: string } | null;
}

export type ToLesson =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "problems";
      readonly file: string;
      readonly problems: readonly LessonProblem[];
    }
  | {
      readonly kind: "lesson";
      /** Changes when the panel has to be built anew. */
      readonly version: number;
      readonly lesson: Lesson;
      readonly progress: LessonProgress;
      readonly run: LessonRun;
    };

export type FromLesson =
  | { readonly kind: "ready" }
  | { readonly kind: "page"; readonly page: number }
  | { readonly kind: "answer"; readonly question: string; readonly given: string }
  | { readonly kind: "go"; readonly place: number }
  | { readonly kind: "model"; readonly name: string }
  | { readonly kind: "view"; readonly name: string }
  | { readonly kind: "scenario" }
  /** A line of the lesson's file that has a problem. */
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "forget" }
  | { readonly kind: "failed"; readonly message: string };

/** Texts of the panel, translated by the extension; `{0}` stands for a value. */
export interface LessonTexts {
  readonly nothing: string;
  readonly problems: string;
  readonly line: string;
  readonly page: string;
  readonly minutes: string;
  readonly back: string;
  readonly next: string;
  readonly pages: string;
  readonly noRun: string;
  readonly running: string;
  readonly going: string;
  readonly stoppedAt: string;
  readonly atPlace: string;
  readonly offPlace: string;
  readonly scenario: string;
  readonly here: string;
  readonly visited: string;
  readonly start: string;
  readonly startKernel: string;
  readonly runTo: string;
  readonly breakAt: string;
  readonly backTo: string;
  readonly runUntil: string;
  readonly backUntil: string;
  readonly toTime: string;
  readonly stepOver: string;
  readonly stepIn: string;
  readonly stepOut: string;
  readonly stepBack: string;
  readonly stepBackIn: string;
  readonly stepBackOut: string;
  readonly times: string;
  readonly toEnd: string;
  readonly expression: string;
  readonly value: string;
  readonly unknown: string;
  readonly question: string;
  readonly yourAnswer: string;
  readonly answer: string;
  readonly predicted: string;
  readonly right: string;
  readonly wrong: string;
  readonly disagrees: string;
  readonly summary: string;
  readonly score: string;
  readonly noAnswer: string;
  readonly theRun: string;
  readonly notSeen: string;
  readonly forget: string;
}
