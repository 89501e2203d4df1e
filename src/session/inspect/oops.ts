/** What a kernel prints about a fault: which pointer, who, where, and the call trace. */

export interface OopsOptions {
  /** What JavaScript says of it. */
  readonly message: string;
  readonly cpu: number;
  readonly pid: number;
  readonly comm: string;
  /** `v5.7` */
  readonly kernel: string;
  /** `fill_balloon+0x40/0x1a0`, innermost first. */
  readonly trace: readonly string[];
}

interface Access {
  readonly kind: "read" | "write" | "call" | "other";
  /** In our words: `reading num_pages of NULL`. */
  readonly text: string;
}

const NULL_POINTER = "kernel NULL pointer dereference";
const ADDRESS = "0".repeat(16);

/** The headline, and the whole report. */
export function oopsReport(options: OopsOptions): {
  readonly text: string;
  readonly details: string;
} {
  const { cpu, pid, comm, kernel, trace } = options;
  const access = accessOf(options.message);
  const [innermost = "0x0", ...callers] = trace;
  const rip = access.kind === "call" ? "0x0" : innermost;
  const details = [
    ...headline(access, kernel),
    `CPU: ${cpu} PID: ${pid} Comm: ${comm} Not tainted ${kernel.replace(/^v/, "")}`,
    `RIP: 0010:${rip}`,
    "Call Trace:",
    ...(access.kind === "call" ? trace : callers).map((symbol) => ` ${symbol}`),
  ];
  const what = access.kind === "other" ? "kernel BUG" : `BUG: ${NULL_POINTER}`;
  return { text: `${what}: ${access.text}`, details: details.join("\n") };
}

function headline({ kind, text }: Access, kernel: string): readonly string[] {
  if (kind === "other") return [`kernel BUG: ${text}`, "invalid opcode: 0000 [#1] SMP"];
  const code = { read: "0x0000", write: "0x0002", call: "0x0010" }[kind];
  const oops = `Oops: ${code.slice(2)} [#1] SMP`;
  // Since v5.1 the message names the kind of access.
  if (kernel.startsWith("v4."))
    return [`BUG: unable to handle ${NULL_POINTER} at ${ADDRESS}`, oops];
  const access = { read: "read access", write: "write access", call: "instruction fetch" }[kind];
  return [
    `BUG: ${NULL_POINTER}, address: ${ADDRESS}`,
    `#PF: supervisor ${access} in kernel mode`,
    `#PF: error_code(${code}) - not-present page`,
    oops,
  ];
}

/** What has no value counts as NULL. Engines word it differently; what is not understood is shown as it is. */
function accessOf(message: string): Access {
  const member = /^Cannot (read|set) properties of (?:null|undefined)(?: \(\w+ '(.*)'\))?/.exec(
    message,
  );
  if (member !== null) {
    const reads = member[1] === "read";
    const text = `${reads ? "reading" : "writing"} ${member[2] ?? "a member"} of NULL`;
    return { kind: reads ? "read" : "write", text };
  }
  if (/is not a function/.test(message)) return { kind: "call", text: "calling NULL" };
  if (/\b(?:null|undefined)\b/.test(message)) return { kind: "read", text: message };
  return { kind: "other", text: message };
}
