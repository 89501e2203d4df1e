/**
 * The table of allowed imports: what docs/architecture.md says, in a form that the tests check.
 * Whatever is not listed is forbidden. Cycles are the linter's business (`import/no-cycle`), since
 * the parser used here does not tell an `import type` from an import.
 */

/**
 * @typedef {object} Layer
 * @property {string[]} layers other folders of `src` that it may import
 * @property {string[]} [contracts] single files that hold only types, open to this layer as well
 * @property {string[]} [packages] regular expressions for package names
 * @property {boolean} [image] may import the compiled model, `#model-image`
 * @property {boolean} [node] may import Node's own modules
 */

/** @type {Record<string, Layer>} */
const layers = {
  base: { layers: [] },
  compiler: { layers: ["base"], packages: ["@babel/[^/]+"] },
  machine: { layers: ["base"] },
  model: { layers: ["base", "machine"] },
  scenario: {
    layers: ["base"],
    contracts: ["src/model/config.ts"],
    packages: ["yaml", "zod", "jsep"],
  },
  session: {
    layers: ["base", "machine", "scenario"],
    contracts: ["src/model/config.ts"],
    image: true,
  },
  dap: {
    layers: ["base", "scenario", "session"],
    packages: ["@vscode/debugprotocol"],
    image: true,
    node: true,
  },
  lsp: {
    layers: ["base", "scenario"],
    packages: ["vscode-languageserver", "vscode-languageserver-textdocument"],
    node: true,
  },
  lesson: {
    layers: ["base", "scenario"],
    contracts: ["src/dap/protocol.ts"],
  },
  cli: {
    layers: ["base", "scenario", "session", "dap", "lsp"],
    packages: ["commander", "@vscode/debugprotocol"],
    image: true,
    node: true,
  },
  extension: {
    layers: ["base", "scenario", "lesson"],
    contracts: [
      "src/dap/protocol.ts",
      "src/lsp/protocol.ts",
      "src/session/types.ts",
      "src/webview/protocol.ts",
      "src/webview/map-protocol.ts",
      "src/webview/rings-protocol.ts",
      "src/webview/comparison-protocol.ts",
      "src/webview/lesson-protocol.ts",
    ],
    packages: ["vscode", "@types/vscode", "@vscode/debugprotocol", "vscode-languageclient"],
    image: true,
    node: true,
  },
  webview: {
    layers: ["base", "lesson", "scenario"],
    contracts: ["src/dap/protocol.ts"],
    packages: ["uplot", "markdown-it"],
  },
};

const TEST = "\\.test\\.ts$";
const anyOf = (/** @type {string[]} */ names) => names.join("|");

/** @returns {import("dependency-cruiser").IForbiddenRuleType[]} */
function rulesOf(/** @type {string} */ name, /** @type {Layer} */ layer) {
  const from = { path: `^src/${name}/`, pathNot: TEST };
  const severity = /** @type {const} */ ("error");
  const open = [`^src/(${anyOf([name, ...layer.layers])})/`, ...(layer.contracts ?? [])];
  const packages = (layer.packages ?? []).flatMap((each) => [
    `^node_modules/${each}/`,
    `^${each}$`,
  ]);
  const image = layer.image ? ["^build/model-image\\.mjs$", "^#model-image$"] : [];
  return [
    {
      name: `${name}-layer`,
      comment: `src/${name} may import from ${anyOf([name, ...layer.layers])}`,
      severity,
      from,
      to: { path: "^src/", pathNot: open },
    },
    {
      name: `${name}-package`,
      comment: `packages that src/${name} may import: ${anyOf(layer.packages ?? ["none"])}`,
      severity,
      from,
      to: { pathNot: ["^src/", "^\\.", ...packages, ...image], dependencyTypesNot: ["core"] },
    },
    ...(layer.node
      ? []
      : [
          {
            name: `${name}-node`,
            comment: `src/${name} also runs in a browser: no modules of Node`,
            severity,
            from,
            to: { dependencyTypes: /** @type {"core"[]} */ (["core"]) },
          },
        ]),
  ];
}

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const generalRules = [
  {
    name: "resolvable",
    severity: "error",
    from: { path: "^src/" },
    to: { couldNotResolve: true, pathNot: ["^vscode$", "^#model-image$"] },
  },
  {
    name: "layer-known",
    comment: "every folder of src has a row in the table",
    severity: "error",
    from: { path: "^src/", pathNot: `^src/(${anyOf(Object.keys(layers))})/` },
    to: {},
  },
];

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const modelRules = [
  {
    name: "mm-and-sched-know-no-driver",
    severity: "error",
    from: { path: "^src/model/(mm|sched)/", pathNot: TEST },
    to: { path: "^src/model/(virtio|balloon|host|workload|init)/" },
  },
  {
    name: "balloon-and-host-meet-in-virtio",
    severity: "error",
    from: { path: "^src/model/(balloon|host)/", pathNot: TEST },
    to: { path: "^src/model/(balloon|host)/", pathNot: "^src/model/$1/" },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(layers).flatMap(([name, layer]) => rulesOf(name, layer)),
    ...generalRules,
    ...modelRules,
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    // Declarations without code, which the parser cannot read.
    exclude: { path: "^src/.*\\.d\\.ts$" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".d.ts"],
      exportsFields: ["exports"],
      conditionNames: ["import", "default", "types"],
    },
  },
};
