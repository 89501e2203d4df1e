import { breakpointRequests } from "./breakpoint-requests.ts";
import { dataRequests } from "./data-requests.ts";
import { editRequests } from "./edit-requests.ts";
import { inspectRequests } from "./inspect-requests.ts";
import { memoryRequests } from "./memory-requests.ts";
import type { RequestHandler } from "./request-handler.ts";
import { runRequests } from "./run-requests.ts";
import { timeRequests } from "./time-requests.ts";

/** Requests about a launched scenario. What begins and ends a session is in `adapter.ts`. */
export const requests: ReadonlyMap<string, RequestHandler> = new Map(
  Object.entries({
    ...breakpointRequests,
    ...dataRequests,
    ...runRequests,
    ...timeRequests,
    ...inspectRequests,
    ...editRequests,
    ...memoryRequests,
  }),
);
