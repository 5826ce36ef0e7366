// The pages of panels. No part of this needs the editor, so that tests can run it.

/** The pages that commands show, by command: the title of the panel, and the arguments of the program. */
export const PAGES = {
  "flowvet.showReport": { title: "flowvet: report", args: ["check", "--format", "html"] },
  "flowvet.showGraph": { title: "flowvet: graph", args: ["graph", "--format", "html"] },
};

/** What a page may load: its own styles and pictures in it, and nothing else. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/**
 * A page of flowvet with a policy before everything else. Panels have scripts turned off, and the policy forbids them, too:
 * the names in a page come from the solution.
 */
export function restricted(html: string): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  const head = /<head(\s[^>]*)?>/i.exec(html);
  if (head === null) return `<!DOCTYPE html><html><head>${policy}</head><body>${html}</body></html>`;
  const end = head.index + head[0].length;
  return html.slice(0, end) + policy + html.slice(end);
}

/** A page that says why there is nothing to show. */
export function failed(what: string, reason: string): string {
  return restricted(`<h1>${escaped(what)}</h1><pre>${escaped(reason)}</pre>`);
}

export function escaped(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
