// What a page of the server needs to be shown inside VS Code. Pure.

/**
 * The page in the colours of the editor, whatever those of the system are, and with a policy under which nothing but
 * its own script runs, and nothing is loaded from anywhere.
 */
export function framed(html: string, dark: boolean, nonce: string): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  return html
    .replaceAll("@media (prefers-color-scheme: dark)", dark ? "@media all" : "@media not all")
    .replaceAll("color-scheme: light dark", `color-scheme: ${dark ? "dark" : "light"}`)
    .replace("<head>", `<head>\n<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replaceAll("<script>", `<script nonce="${nonce}">`);
}
