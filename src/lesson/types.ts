/** A lesson as read from its Markdown. Lines count from zero; everything here can be sent to a page. */

export interface Lesson {
  readonly title: string;
  /** Path of the scenario, relative to the lesson. */
  readonly scenario: string;
  readonly minutes: number | null;
  readonly pages: readonly Page[];
  /** Of all pages, in order; a part refers to one by its number here. */
  readonly places: readonly LessonPlace[];
  readonly questions: readonly Question[];
}

export interface Page {
  readonly title: string;
  readonly parts: readonly Part[];
}

export type Part =
  | { readonly kind: "text"; readonly markdown: string }
  | { readonly kind: "place"; readonly place: number }
  | { readonly kind: "question"; readonly question: number };

/** A moment of the run that the lesson leads to: a "run to here". */
export interface LessonPlace {
  readonly name: string;
  /** What the button says; null: what `move` amounts to. */
  readonly label: string | null;
  readonly line: number;
  readonly move: Move;
  /** Expressions whose values are shown once it is reached. */
  readonly show: readonly string[];
}

/** How a place is reached from the one before it. */
export type Move =
  /** A new run; `kernel` null: the scenario's own. */
  | { readonly kind: "start"; readonly kernel: string | null }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly condition: string | null;
      readonly direction: "forward" | "back";
      /** The breakpoint stays, where the user sees it. */
      readonly breakpoint: boolean;
    }
  | {
      readonly kind: "condition";
      readonly expression: string;
      readonly direction: "forward" | "back";
    }
  | { readonly kind: "time"; readonly time: number }
  | { readonly kind: "step"; readonly step: StepName; readonly times: number }
  /** Where the scenario has ended. */
  | { readonly kind: "end" };

export const STEPS = {
  over: "next",
  in: "stepIn",
  out: "stepOut",
  back: "stepBack",
  "back-in": "balloon/reverseStepIn",
  "back-out": "balloon/reverseStepOut",
} as const;

export type StepName = keyof typeof STEPS;

export interface Question {
  readonly name: string;
  readonly line: number;
  readonly text: string;
  readonly answer: Answer;
  /** Number of the place at which the run gives the answer. */
  readonly place: number;
  /** Shown once the answer is known. */
  readonly because: string | null;
}

export type Answer =
  | {
      readonly kind: "choice";
      readonly choices: readonly string[];
      readonly correct: number;
      /** Holds at the place, if the lesson is right; null: nothing that the run could say. */
      readonly check: string | null;
    }
  | {
      readonly kind: "number";
      /** Expression that gives the answer. */
      readonly value: string;
      /** What the lesson says that it gives. */
      readonly expect: number;
      readonly unit: string | null;
      /** An answer that far off, in per cent, is right. */
      readonly within: number;
    };

/** Something wrong with a lesson, where it is. */
export interface LessonProblem {
  readonly line: number;
  readonly message: string;
}

export type LessonResult =
  | { readonly ok: true; readonly lesson: Lesson }
  | { readonly ok: false; readonly problems: readonly LessonProblem[] };
