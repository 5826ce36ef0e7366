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

const style = inside("style", read("style.css"));
const script = inside("script", scope(["files.js", "view.js", "page.js"].map(read)));
const worker = inside("script", readFileSync(join(program, "flowvet.js"), "utf8") + read("worker.js"));
const wasm = gzipSync(readFileSync(join(program, "flowvet_bg.wasm")), { level: 9 });
const parts = {
  // `wasm-unsafe-eval` allows WebAssembly, but not `eval`. The worker inherits the policy.
  policy: `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; worker-src blob:; ` +
    "img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'",
  style,
  version,
  script,
  worker,
  program: wasm.toString("base64"),
};
const html = read("flowvet.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "flowvet.html"), html);
