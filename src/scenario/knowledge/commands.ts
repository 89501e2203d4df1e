/** Command lines after `run:` as users meet them. `../workload.ts` reads them. */
export interface CommandDoc {
  readonly usage: string;
  readonly doc: string;
  /** What follows the command's name. */
  readonly operand: "file" | "size" | "duration";
  readonly options: Readonly<Record<string, OptionDoc>>;
}

export interface OptionDoc {
  readonly doc: string;
  /** What its value is; null for an option that takes none. */
  readonly value: "rate" | "duration" | "integer" | null;
  /** A value as it would be written. */
  readonly example: string;
}

const OOM_SCORE_ADJ: OptionDoc = {
  doc: "`/proc/PID/oom_score_adj`, -1000 to 1000: how much sooner or later the OOM killer chooses this task. With -1000 it never does.",
  value: "integer",
  example: "500",
};

export const COMMAND_DOCS: Readonly<Record<string, CommandDoc>> = {
  cat: {
    usage: "cat FILE [--loop]",
    doc: "Reads a file of the guest through the page cache, with readahead, until it has ended or is killed.",
    operand: "file",
    options: {
      "--loop": { doc: "Starts again at the end of the file, for ever.", value: null, example: "" },
    },
  },
  memhog: {
    usage: "memhog SIZE [--rate 50MiB/s] [--hold 10s] [--loop] [--huge] [--oom-score-adj N]",
    doc: "Touches that much anonymous memory, then holds it.",
    operand: "size",
    options: {
      "--rate": {
        doc: "Touches at most this much a second; without it at full speed.",
        value: "rate",
        example: "50MiB/s",
      },
      "--hold": {
        doc: "Exits this long after the last page; without it, it stays until it is killed.",
        value: "duration",
        example: "10s",
      },
      "--loop": {
        doc: "Uses the memory while it holds it, from the first page to the last and again: what went to swap comes back.",
        value: null,
        example: "",
      },
      "--huge": {
        doc: "Asks for huge pages (MADV_HUGEPAGE), as far as `guest.thp` allows them; without it the pages are small.",
        value: null,
        example: "",
      },
      "--oom-score-adj": OOM_SCORE_ADJ,
    },
  },
  frag: {
    usage: "frag SIZE [--keep-every 2] [--hold 10s] [--oom-score-adj N]",
    doc: "Touches that much anonymous memory in small pages, gives back all but every n-th of them, and holds those: free memory is then in pieces.",
    operand: "size",
    options: {
      "--keep-every": {
        doc: "Which pages stay: every second one, every third one, ... up to 1024.",
        value: "integer",
        example: "2",
      },
      "--hold": {
        doc: "Exits this long after that; without it, it stays until it is killed.",
        value: "duration",
        example: "10s",
      },
      "--oom-score-adj": OOM_SCORE_ADJ,
    },
  },
  forker: {
    usage: "forker SIZE [--children 3] [--oom-score-adj N]",
    doc: "Forks children that each touch that much memory and exit; when all are gone, forks the next ones, until it is killed by its name.",
    operand: "size",
    options: {
      "--children": {
        doc: "How many there are at a time, 1 to 32.",
        value: "integer",
        example: "3",
      },
      "--oom-score-adj": OOM_SCORE_ADJ,
    },
  },
  busy: {
    usage: "busy TIME [--every 200ms] [--cpu N]",
    doc: "Keeps a processor busy for that long, again and again, like the agent of a monitoring system. Other tasks move to another processor meanwhile.",
    operand: "duration",
    options: {
      "--every": {
        doc: "From the beginning of one such time to the next; without it, a second.",
        value: "duration",
        example: "200ms",
      },
      "--cpu": {
        doc: "The only processor that it runs on, counting from 0; without it, whichever is idle.",
        value: "integer",
        example: "0",
      },
    },
  },
};
