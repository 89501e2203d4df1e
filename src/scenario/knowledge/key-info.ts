/** How a value is written, which decides what is offered for it and how it is explained. */
export type ValueKind =
  | "text"
  | "integer"
  /** `848MiB`: whole 4 KiB pages, a started one left out. */
  | "size"
  /** The same, a started page taken as a whole one. */
  | "file-size"
  | "duration"
  /** `60%`. */
  | "share"
  /** One of `choices`. */
  | "choice"
  | "kernel"
  | "driver"
  | "feature"
  /** `cat big --loop`. */
  | "command"
  /** The name that a task is given, and a name that refers to one. */
  | "task-name"
  | "task"
  | "expression"
  /** A preset, or a map of single costs. */
  | "costs"
  | "map"
  | "list";

export interface KeyInfo {
  readonly value: ValueKind;
  /** Markdown, a sentence or two. */
  readonly doc: string;
  /** As it would stand in a file. */
  readonly example: string;
  /** What holds when the key is left out; undefined where that is said in `doc` or nothing. */
  readonly default?: string;
  /** Values with their meaning: all that there are, or for a text some that are often wanted. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Keys of a map. */
  readonly keys?: Readonly<Record<string, KeyInfo>>;
  /** Any other key of a map, for example the files by their names. */
  readonly others?: KeyInfo;
  /** Entries of a list. */
  readonly items?: KeyInfo;
}
