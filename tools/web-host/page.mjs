/**
 * The one page: VS Code for the Web with its configuration.
 *
 * Webviews run on origins of their own, `UUID.balloon.localhost`, and need a service worker there.
 * Browsers that block third-party storage refuse it below a page on plain `localhost`, since every
 * `X.localhost` is a site of its own; below `balloon.localhost` they are the same site.
 */

const SAMPLE = { scheme: "sample", authority: "", path: "/scenarios" };

/** Quiet defaults for a first look; users change them as everywhere. */
const DEFAULTS = {
  "debug.toolBarLocation": "docked",
  "editor.minimap.enabled": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "window.autoDetectColorScheme": true,
  "window.commandCenter": false,
};

/**
 * @param {{ host: string, open?: string | undefined }} options `host` as the browser names us
 * @returns {string} HTML
 */
export function workbenchPage({ host, open }) {
  const authority = host;
  const product = {
    productConfiguration: {
      nameShort: "Virtio Balloon Debugger",
      nameLong: "Virtio Balloon Debugger",
      applicationName: "virtio-balloon-debugger",
      dataFolderName: ".virtio-balloon-debugger",
      version: "1.91.1",
      enableTelemetry: false,
      extensionEnabledApiProposals: {
        "virtio-balloon-debugger.sample-workspace": ["fileSearchProvider", "textSearchProvider"],
      },
    },
    folderUri: SAMPLE,
    additionalBuiltinExtensions: [
      { scheme: "http", authority, path: "/workspace" },
      { scheme: "http", authority, path: "/extension" },
    ],
    webviewEndpoint: `http://{{uuid}}.${host}/vscode/out/vs/workbench/contrib/webview/browser/pre/`,
    configurationDefaults: DEFAULTS,
    defaultLayout: {
      editors: open ? [{ uri: { ...SAMPLE, path: `${SAMPLE.path}/${open}` } }] : [],
    },
  };
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>Virtio Balloon Debugger</title>
<link rel="icon" href="/extension/media/icon.png" type="image/png">
<link data-name="vs/workbench/workbench.web.main" rel="stylesheet"
  href="/vscode/out/vs/workbench/workbench.web.main.css">
</head>
<body aria-label=""></body>
<script>
performance.mark("code/didStartRenderer");
window.product = ${JSON.stringify(product).replaceAll("<", "\\u003c")};
</script>
<script src="/vscode/out/vs/loader.js"></script>
<script src="/vscode/out/vs/webPackagePaths.js"></script>
<script>
const base = location.origin + "/vscode";
for (const [name, path] of Object.entries(self.webPackagePaths)) {
  self.webPackagePaths[name] = base + "/node_modules/" + name + "/" + path;
}
require.config({
  baseUrl: base + "/out",
  recordStats: true,
  trustedTypesPolicy: window.trustedTypes?.createPolicy("amdLoader", {
    createScriptURL(value) {
      if (value.startsWith(location.origin)) return value;
      throw new Error("Invalid script url: " + value);
    },
  }),
  paths: self.webPackagePaths,
});
performance.mark("code/willLoadWorkbenchMain");
</script>
<script src="/vscode/out/vs/workbench/workbench.web.main.nls.js"></script>
<script src="/vscode/out/vs/workbench/workbench.web.main.js"></script>
<script src="/vscode/out/vs/code/browser/workbench/workbench.js"></script>
</html>
`;
}
