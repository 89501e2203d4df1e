/** `npm run bench [-- --json] [-- --quick]`: measures what the sources are now. */
import { runBundled } from "./run-bundled.mjs";

await runBundled({ name: "bench", entry: "test/bench/main.ts" });
