// `make FOLDER` writes an unpacked solution whose flows have names that Mermaid could take for its own.
// `check FOLDER` reads each graph of a folder with Mermaid, and compares the labels of `names.mmd` with the names.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JSDOM } from "jsdom";

const [mode, folder] = process.argv.slice(2);

const NAMES = [
  "Orders (new), v1.2 - final", "orc_shared_x", "Signing: sent", "%%{init: {'theme': 'dark'}}%%", "%% comment",
  "---", "`code`", "`**bold**`", "**bold**", "_a_ __b__", "~~struck~~", "a\"] --> b", "a]b", "a) b", "a}b", "1. first",
  "2) second", "- item", "+ item", "* item", "# heading", "> quote", "$$x^2$$", "<b>bold</b>", "<script>alert(1)</script>",
  "&lt;b&gt; &#35;", "#35;", "#quot;", "style x:#1;", "classDef a:#1; b", "fa:fa-car", "a\\nb", "end", "subgraph", "click n0",
  "n0 --> n1", "a;b", "a|b", "https://x.example/", "www.x.example", "ä 名前 ❤️", "=1", "@{ shape: cat }", "graph TD",
];

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

if (mode === "make") {
  const id = (number) => `${String(number).padStart(8, "0")}-0000-4000-8000-000000000000`;
  const record = (name, at) =>
    `<Workflow WorkflowId="{${id(at)}}" Name="${escaped(name)}"><JsonFileName>/Workflows/F-${id(at)}.json</JsonFileName>` +
    "<Category>5</Category><StateCode>1</StateCode></Workflow>";
  const trigger = { manual: { type: "Request", kind: "Button", inputs: { schema: {} } } };
  const call = (at) => ({ type: "Workflow", inputs: { host: { workflowReferenceName: id(at) } } });
  mkdirSync(join(folder, "Workflows"), { recursive: true });
  writeFileSync(
    join(folder, "solution.xml"),
    "<ImportExportXml><SolutionManifest><UniqueName>Names</UniqueName><Version>1.0</Version><Managed>0</Managed>" +
      "</SolutionManifest></ImportExportXml>",
  );
  writeFileSync(
    join(folder, "customizations.xml"),
    `<ImportExportXml><Workflows>${NAMES.map(record).join("")}</Workflows></ImportExportXml>`,
  );
  NAMES.forEach((_, at) => {
    const actions = at ? { Call: call(at - 1) } : {};
    const properties = { connectionReferences: {}, definition: { triggers: trigger, actions } };
    writeFileSync(join(folder, "Workflows", `F-${id(at)}.json`), JSON.stringify({ properties }));
  });
  process.exit(0);
}

const { window } = new JSDOM("<!DOCTYPE html><body></body>", { pretendToBeVisual: true });
globalThis.window = window;
globalThis.document = window.document;
globalThis.Element = window.Element;
globalThis.HTMLElement = window.HTMLElement;
globalThis.SVGElement = window.SVGElement;

const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

/** What a reader sees of a label: Mermaid replaces its own codes of characters at the end. */
const shown = (label) => {
  const element = window.document.createElement("div");
  element.innerHTML = label.replace(/ﬂ°°(\d+)¶ß/g, "&#$1;").replace(/ﬂ°([a-z]+)¶ß/g, "&$1;");
  return element.textContent;
};

let faults = 0;
const fault = (message) => {
  faults += 1;
  console.log(message);
};
for (const file of readdirSync(folder).filter((name) => name.endsWith(".mmd"))) {
  const text = readFileSync(join(folder, file), "utf8");
  try {
    const { diagramType, config } = await mermaid.parse(text);
    if (diagramType !== "flowchart-v2") fault(`${file}: is a ${diagramType}`);
    if (Object.keys(config ?? {}).length) fault(`${file}: has settings ${JSON.stringify(config)}`);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const nodes = [...db.getVertices().values()];
    for (const node of nodes) {
      if (node.labelType !== "text" && node.labelType !== "string") fault(`${file}: ${node.id} is ${node.labelType}`);
    }
    if (file !== "names.mmd") continue;
    // A mark for what happens to the flow precedes its name.
    const labels = new Set(nodes.map((node) => shown(node.text).replace(/^[✓○✕?↗] /u, "")));
    for (const name of NAMES) if (!labels.has(name)) fault(`${file}: no label is ${JSON.stringify(name)}`);
  } catch (error) {
    fault(`${file}: ${error.message}`);
  }
}
if (faults) process.exit(1);
console.log("Mermaid reads the graphs");
