export type { ChartTexts, FromChart, ToChart } from "../../src/webview/protocol.ts";
export type { Remembered } from "../../src/webview/chart-state.ts";
