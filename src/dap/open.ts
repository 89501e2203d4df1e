import { image } from "#model-image";
import { parseScenario } from "../scenario/index.ts";
import { Session } from "../session/session.ts";
import { breakpointPlaces } from "./breakpoint-places.ts";
import type { Opened, OpenRequest } from "./host.ts";

/** Parses a scenario and boots its guest, with the model that this build was made with. */
export function openScenario(request: OpenRequest): Opened {
  const { kernel, seed, variant } = request;
  const { scenario, diagnostics } = parseScenario(request.text, request.path, {
    ...(kernel === undefined ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
    ...(variant === undefined ? {} : { variant }),
  });
  if (scenario === null) return { session: null, diagnostics, places: () => [] };
  const session = Session.create(scenario, {
    image,
    yield: request.yield,
    ...(request.keepHistory ? {} : { historyBytes: 0 }),
  });
  return { session, diagnostics, places: breakpointPlaces(image.debug, scenario) };
}
