/** Entry of the browser: a web worker. */
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
} from "vscode-languageserver/browser";
import { serve } from "./server.ts";

serve(createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self)));
