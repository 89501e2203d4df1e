import * as vscode from "vscode";
import { crossingText, parseCrossing, type Crossing } from "../base/crossing.ts";
import type { ThresholdLine } from "../webview/protocol.ts";

/**
 * The chart's threshold lines. Each is a function breakpoint whose name is a crossing: VS Code has no
 * data breakpoints for extensions to make, but these it keeps over reloads, lists, switches off and
 * removes like all others, and sends to the adapter.
 */
export class ThresholdLines implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #owned: vscode.Disposable;
  readonly onDidChange = this.#changed.event;
  /** While a line is moved there are two of it for a moment, which nobody has to see. */
  #moving = false;

  constructor() {
    this.#owned = vscode.Disposable.from(
      this.#changed,
      vscode.debug.onDidChangeBreakpoints(({ added, removed, changed }) => {
        if ([...added, ...removed, ...changed].some((each) => crossingOf(each) !== null))
          this.#tell();
      }),
    );
  }

  get all(): readonly ThresholdLine[] {
    return vscode.debug.breakpoints.flatMap((each) => {
      const crossing = crossingOf(each);
      return crossing === null ? [] : [{ ...crossing, enabled: each.enabled }];
    });
  }

  /** Draws a line (`from` is null), moves one, or removes it (`to` is null). */
  change(from: Crossing | null, to: Crossing | null): void {
    this.#moving = true;
    this.#replace(from, to);
    this.#moving = false;
    this.#tell();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #tell(): void {
    if (!this.#moving) this.#changed.fire();
  }

  #replace(from: Crossing | null, to: Crossing | null): void {
    const old = from === null ? [] : breakpointsAt(from);
    const [before] = old;
    // The new one first: a guest that runs is never without.
    if (to !== null && breakpointsAt(to).length === 0) {
      const { enabled, hitCondition, logMessage } = before ?? { enabled: true };
      vscode.debug.addBreakpoints([
        new vscode.FunctionBreakpoint(
          crossingText(to),
          enabled,
          undefined,
          hitCondition,
          logMessage,
        ),
      ]);
    }
    if (old.length > 0) vscode.debug.removeBreakpoints(old);
  }
}

function breakpointsAt(crossing: Crossing): readonly vscode.Breakpoint[] {
  const name = crossingText(crossing);
  return vscode.debug.breakpoints.filter((each) => {
    const found = crossingOf(each);
    return found !== null && crossingText(found) === name;
  });
}

function crossingOf(breakpoint: vscode.Breakpoint): Crossing | null {
  return breakpoint instanceof vscode.FunctionBreakpoint
    ? parseCrossing(breakpoint.functionName)
    : null;
}
