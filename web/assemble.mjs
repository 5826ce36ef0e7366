// Writes the page as one file: the program and every script are in it, and its policy allows nothing else.
//
//   node assemble.mjs PROGRAM FOLDER VERSION    PROGRAM: what `bindgen` wrote; FOLDER gets flowvet.html
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const [program, folder, version] = process.argv.slice(2);
const page = join(dirname(fileURLToPath(import.meta.url)), "page");
const read = (name) => readFileSync(join(page, name), "utf8");

/** A text that stays inside its element. */
const inside = (element, text) => {
  if (text.includes(`</${element}`) || text.includes("<!--")) throw new Error(`a ${element} would end early`);
  return text;
};
const scope = (scripts) => `"use strict";\n(() => {\n${scripts.join("\n")}})();\n`;
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * What the policy of a report allows. The page shows a report in a frame, which inherits the policy of the page, so that has to
 * allow the style and the script of reports, too. They are the same in every report.
 */
function allowedInReports(glue, wasm) {
  const { Folder, Given, check, initSync } = new Function(`${glue}; return wasm_bindgen;`)();
  initSync({ module: wasm });
  const folder = new Folder("any");
  folder.add("solution.xml", new TextEncoder().encode("<ImportExportXml><SolutionManifest/></ImportExportXml>"));
  const given = new Given(0);
  given.addFolder(folder);
  const report = check(given).html();
  return (directive) => new RegExp(`${directive} ([^;]*)`).exec(report)[1];
}

const style = inside("style", read("style.css"));
const script = inside("script", scope(["files.js", "page.js"].map(read)));
const glue = readFileSync(join(program, "flowvet.js"), "utf8");
const worker = inside("script", glue + read("worker.js"));
const wasm = readFileSync(join(program, "flowvet_bg.wasm"));
const allowed = allowedInReports(glue, wasm);
const parts = {
  // `wasm-unsafe-eval` allows WebAssembly, but not `eval`. The worker inherits the policy.
  policy: `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval' ${allowed("script-src")}; ` +
    `style-src ${hash(style)} ${allowed("style-src")}; worker-src blob:; img-src data:; connect-src 'none'; ` +
    "form-action 'none'; base-uri about:",
  style,
  version,
  script,
  worker,
  program: gzipSync(wasm, { level: 9 }).toString("base64"),
};
const html = read("flowvet.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "flowvet.html"), html);
