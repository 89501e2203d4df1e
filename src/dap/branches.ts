import type { SessionApi } from "../session/types.ts";
import type { BranchesBody } from "./protocol.ts";

export function branchesBody(session: SessionApi): BranchesBody {
  return { current: session.branch, branches: session.branches() };
}
