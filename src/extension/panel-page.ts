/** Documents of the panels: a page may load its script, its style sheet and pictures it has made. */

export interface PanelPageOptions {
  /** `webview.cspSource`. */
  readonly source: string;
  readonly nonce: string;
  /** Addresses that the webview can load. */
  readonly script: string;
  readonly style: string;
  readonly language: string;
  readonly title: string;
  /** Id of the element that the page's script fills. */
  readonly root: string;
  /** Its texts, translated. */
  readonly texts: object;
}

export function panelPage(options: PanelPageOptions): string {
  const policy = `default-src 'none'; img-src data:; style-src ${options.source}; script-src 'nonce-${options.nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(options.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
<link rel="stylesheet" href="${escapeHtml(options.style)}">
</head>
<body>
<main id="${escapeHtml(options.root)}" data-texts="${escapeHtml(JSON.stringify(options.texts))}"></main>
<script nonce="${options.nonce}" src="${escapeHtml(options.script)}"></script>
</body>
</html>
`;
}

/** 128 random bits that page scripts cannot guess. */
export function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
