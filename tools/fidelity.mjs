/** `npm run fidelity [-- RUN...] [-- --headline]`: the comparison with recorded runs. */
import { runBundled } from "./run-bundled.mjs";

await runBundled({ name: "fidelity", entry: "test/fidelity/main.ts" });
