/** Command lines after `run:` as users meet them. `../workload.ts` reads them. */
export interface CommandDoc {
  readonly usage: string;
  readonly doc: string;
  /** What follows the command's name. */
  readonly operand: "file" | "size";
  readonly options: Readonly<Record<string, OptionDoc>>;
}

export interface OptionDoc {
  readonly doc: string;
  /** A value as it would be written; null for an option that takes none. */
  readonly example: string | null;
}

export const COMMAND_DOCS: Readonly<Record<string, CommandDoc>> = {
  cat: {
    usage: "cat FILE [--loop]",
    doc: "Reads a file of the guest through the page cache, with readahead, until it has ended or is killed.",
    operand: "file",
    options: { "--loop": { doc: "Starts again at the end of the file, for ever.", example: null } },
  },
  memhog: {
    usage: "memhog SIZE [--rate 50MiB/s] [--hold 10s] [--oom-score-adj N]",
    doc: "Touches that much anonymous memory, then holds it.",
    operand: "size",
    options: {
      "--rate": {
        doc: "Touches at most this much a second; without it at full speed.",
        example: "50MiB/s",
      },
      "--hold": {
        doc: "Exits this long after the last page; without it, it stays until it is killed.",
        example: "10s",
      },
      "--oom-score-adj": {
        doc: "`/proc/PID/oom_score_adj`, -1000 to 1000: how much sooner or later the OOM killer chooses this task. With -1000 it never does.",
        example: "500",
      },
    },
  },
};
