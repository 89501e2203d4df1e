/** Entry of the desktop: a process that VS Code starts, which talks over Node's own channel. */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "./server.ts";

serve(createConnection(ProposedFeatures.all));
