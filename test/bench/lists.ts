/** Long lists of pages, opened in a guest of 64 GiB whose balloon is full. */
import type { Session } from "../../src/session/session.ts";
import type { ValueView } from "../../src/session/types.ts";
import { cpuMsSince, create, functionBreakpoint, HEADLINE } from "./runs.ts";
import type { Table } from "./table.ts";

const NEARLY_FULL = 12_900_000;
const BUDGET_MS = 50;
/** What a client asks for at once. */
const ROWS = 100;

export async function measureLists(table: Table): Promise<void> {
  const session = create(HEADLINE, { kernel: "v5.7" });
  const full = `vb->num_pages >= ${NEARLY_FULL}`;
  session.setFunctionBreakpoints([functionBreakpoint("update_balloon_size", full)]);
  const { thread } = await session.execute("continue");
  const frame = session.stack(thread, 0, 1).frames[0]!.id;
  const open = (scope: string, name: string): ValueView => {
    const { ref } = session.scopes(frame).find((each) => each.name === scope)!;
    return session.children(ref, 0, ROWS).find((each) => each.name === name)!;
  };
  const pages = "vb_dev_info.pages";
  addRow(table, "the balloon's 13 million pages, opened", () => {
    look(session, open("Balloon", pages), 0);
  });
  const balloon = open("Balloon", pages);
  addRow(table, "the balloon's pages, in the middle", () => {
    look(session, balloon, balloon.indexed >> 1);
  });
  const lru = open("Reclaim", "LRU inactive_file");
  addRow(table, "LRU inactive_file, in the middle", () => look(session, lru, lru.indexed >> 1));
  session.dispose();
}

function look(session: Session, list: ValueView, start: number): void {
  const rows = session.children(list.ref, start, ROWS).length;
  if (rows !== ROWS) throw new Error(`${list.name}: ${rows} rows from ${start} on`);
}

function addRow(table: Table, name: string, work: () => void): void {
  const start = process.cpuUsage();
  work();
  table.add(name, cpuMsSince(start), "ms", BUDGET_MS);
}
