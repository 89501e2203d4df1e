import { CompletionItemKind } from "vscode-languageserver";
import type { Suggestion } from "./suggestion.ts";

/** For an empty file: the smallest scenario that shows something. */
export function newScenario(): Suggestion {
  return {
    label: "scenario",
    kind: CompletionItemKind.Snippet,
    detail: "guest, reader, balloon, expectations",
    doc: "A guest reads a file while the host takes memory with the balloon.",
    snippet: `name: \${1:My guest}
about: \${2:What this shows.}

guest:
  memory: \${3:1GiB}
  kernel: \${4|v5.7,v4.19,v6.1|}
  files: { big: \${5:672MiB} }

device:
  features: [deflate-on-oom, stats-vq]

timeline:
  - run: cat big --loop
    name: reader
  - wait: 15s
  - balloon: \${6:848MiB}
  - wait-until: balloon.reached
    timeout: 60s
  - expect: balloon_deflate == 0

expect:
  - oom_kill == 0
$0`,
  };
}
