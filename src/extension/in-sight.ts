import * as vscode from "vscode";
import type { Run, RunTracker } from "./run-tracker.ts";

/** Until VS Code has chosen the session that it shows. */
const CHOSEN_MS = 500;

/**
 * VS Code stays with a stopped session, so that nothing is seen of where another one stops, and no
 * extension can choose between them. Offers to end the one that is in the way, once for each run.
 */
export function keepInSight(runs: RunTracker): vscode.Disposable {
  const seen = new WeakSet<Run>();
  const waiting = new Set<ReturnType<typeof setTimeout>>();
  const following = runs.onDidChange(({ run }) => {
    if (run.state !== "stopped" || seen.has(run)) return;
    seen.add(run);
    const timer = setTimeout(() => {
      waiting.delete(timer);
      if (run.state !== "finished") void offer(run.session);
    }, CHOSEN_MS);
    waiting.add(timer);
  });
  return vscode.Disposable.from(following, {
    dispose: () => waiting.forEach((timer) => clearTimeout(timer)),
  });
}

async function offer(own: vscode.DebugSession): Promise<void> {
  const { debug, l10n, window } = vscode;
  const other = debug.activeDebugSession;
  if (other === undefined || other.id === own.id) return;
  const end = l10n.t("End {0}", other.name);
  const chosen = await window.showWarningMessage(
    l10n.t("The editor stays with {0}, and does not show where {1} is.", other.name, own.name),
    end,
  );
  if (chosen === end) await debug.stopDebugging(other);
}
