import { image } from "#model-image";
import { parseScenario } from "../scenario/index.ts";
import { Session } from "../session/session.ts";
import type { Opened, OpenRequest } from "./host.ts";

/** Parses a scenario and boots its guest, with the model that this build was made with. */
export function openScenario(request: OpenRequest): Opened {
  const { kernel, seed } = request;
  const overrides = {
    ...(kernel === undefined ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
  };
  const { scenario, diagnostics } = parseScenario(request.text, request.path, overrides);
  const session =
    scenario === null ? null : Session.create(scenario, { image, yield: request.yield });
  return { session, diagnostics };
}
