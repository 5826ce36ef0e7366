// Uses target/web/flowvet.html in Chromium. Every package has to give the same findings or errors as on the command line.
//
//   CHROMIUM=… CHROMIUM_FLAGS=… FLOWVET=… node web.mjs REPOSITORY [--all]
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { crc32, deflateRawSync } from "node:zlib";
import axe from "axe-core";
import { chromium } from "playwright-core";

const [repository, option] = process.argv.slice(2);
const { CHROMIUM, CHROMIUM_FLAGS, FLOWVET } = process.env;
const pagePath = join(repository, "target/web/flowvet.html");
const scratch = mkdtempSync(join(tmpdir(), "flowvet-web-"));

let faults = 0;
const fault = (message) => {
  faults += 1;
  console.log(message);
};
const equal = (what, actual, expected) => {
  if (actual === expected) return;
  const [one, other] = [actual, expected].map((text) => String(text).split("\n"));
  const line = one.findIndex((text, at) => text !== other[at]);
  fault(`${what}: line ${line + 1} is ${JSON.stringify(one[line])}, expected ${JSON.stringify(other[line])}`);
};

/** A zip with these entries, as pairs of path and content. */
function zip(entries) {
  const [bodies, directory] = [[], []];
  let offset = 0;
  for (const [path, content] of entries) {
    const [name, raw] = [Buffer.from(path), Buffer.from(content)];
    const packed = deflateRawSync(raw);
    const head = Buffer.alloc(26);
    // Version 2.0, names in UTF-8, deflated.
    [20, 0x800, 8].forEach((value, at) => head.writeUInt16LE(value, 2 * at));
    [crc32(raw), packed.length, raw.length].forEach((value, at) => head.writeUInt32LE(value, 10 + 4 * at));
    head.writeUInt16LE(name.length, 22);
    const end = Buffer.alloc(16);
    end.writeUInt32LE(offset, 12);
    bodies.push(Buffer.from("PK\x03\x04"), head, name, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), head, end.subarray(2), name);
    offset += 30 + name.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const tail = Buffer.alloc(18);
  [entries.length, entries.length].forEach((value, at) => tail.writeUInt16LE(value, 4 + 2 * at));
  [size, offset].forEach((value, at) => tail.writeUInt32LE(value, 8 + 4 * at));
  return Buffer.concat([...bodies, ...directory, Buffer.from("PK\x05\x06"), tail]);
}

/** The files below a folder, as pairs of path and content. */
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => [relative(folder, path), readFileSync(path)]);

const id = (number) => `${String(number).padStart(8, "0")}-0000-4000-8000-000000000000`;

/** The files of a solution with these definitions of flows. */
function solution(name, flows) {
  const record = (_, at) =>
    `<Workflow WorkflowId="{${id(at)}}" Name="Flow ${at}"><JsonFileName>/Workflows/F-${id(at)}.json</JsonFileName>` +
    "<Category>5</Category><StateCode>1</StateCode></Workflow>";
  const file = (definition, at) => [
    `Workflows/F-${id(at)}.json`,
    JSON.stringify({ properties: { connectionReferences: {}, definition }, schemaVersion: "1.0.0.0" }),
  ];
  return [
    ["solution.xml", "<ImportExportXml><SolutionManifest><UniqueName>" + name + "</UniqueName><Version>1.0</Version>" +
      "<Managed>0</Managed></SolutionManifest></ImportExportXml>"],
    ["customizations.xml", `<ImportExportXml><Workflows>${flows.map(record).join("")}</Workflows></ImportExportXml>`],
    ["[Content_Types].xml", "<Types/>"],
    ...flows.map(file),
  ];
}

const daily = { Daily: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } } };
const compose = (inputs) => ({ triggers: daily, actions: { Read: { type: "Compose", inputs, runAfter: {} } } });
const wrong = compose("@outputs('Nothing')");

/** Writes a file or the files of a folder for the test, and returns its path. */
function make(path, content) {
  const target = join(scratch, path);
  mkdirSync(dirname(target), { recursive: true });
  if (Array.isArray(content)) content.forEach(([below, bytes]) => make(join(path, below), bytes));
  else writeFileSync(target, content);
  return target;
}

/** What a command prints for inputs, next to the last of which it runs. */
const command = (name, format, given) =>
  new Promise((resolve) => {
    const folder = dirname(given.at(-1));
    const found = (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr });
    const names = given.map((path) => relative(folder, path));
    execFile(FLOWVET, [name, ...names, "--format", format], { cwd: folder, maxBuffer: 1 << 30 }, found);
  });

const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS.split(" ") });
const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });
// A busy machine is slow, which is not a fault.
context.setDefaultTimeout(300_000);
const page = await context.newPage();
const address = pathToFileURL(pagePath).href;
page.on("console", (message) => fault(`the console says: ${message.text()}`));
page.on("pageerror", (error) => fault(`the page fails: ${error}`));
page.on("request", (request) => {
  if (request.url() !== address && !request.url().startsWith("blob:")) fault(`a request to ${request.url()}`);
});
// Listening from the start: a dialog that opens while the listener is being added would be lost.
page.on("filechooser", (chooser) => chooser.setFiles(join(scratch, "keys.zip")));
const protocol = await context.newCDPSession(page);

const at = (name) => page.locator(`#${name}`);
/** Drops files and folders on an element, as from a file manager. */
async function dropOn(target, ...files) {
  await target.scrollIntoViewIfNeeded();
  const { x, y } = await target.boundingBox();
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await protocol.send("Input.dispatchDragEvent", { type, x: x + 10, y: y + 10, data });
  }
}
const drop = (...files) => dropOn(page.locator("h1"), ...files);
const choose = (path) => at(statSync(path).isDirectory() ? "folder" : "files").setInputFiles(path);
const chooseOlder = (path) => at(statSync(path).isDirectory() ? "old-folder" : "old-files").setInputFiles(path);
const finished = () => page.locator("#result:not([hidden]), #errors:not([hidden])").first().waitFor();
async function downloaded(button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
}
/** The errors of the page, in the form of the command line. */
const errors = () =>
  at("errors").locator("li").evaluateAll((items) => {
    const text = (element) =>
      [...element.childNodes].map((node) => (node.nodeName === "CODE" ? `\`${node.textContent}\`` : node.textContent)).join("");
    return items.map(({ children: [message, help] }) => `error: ${text(message)}\n${help ? `  help: ${text(help)}\n` : ""}`).join("");
  });

/** Checks inputs with the page and on the command line. */
async function compare(give, ...inputs) {
  await page.goto(address);
  const [expected] = await Promise.all([command("check", "json", inputs), give(...inputs)]);
  await finished();
  const name = inputs.map((path) => basename(path)).join(", ");
  if (expected.code === 2) equal(name, await errors(), expected.stderr.replace(/^note: .*\n/gm, ""));
  else if (await at("errors").isVisible()) fault(`${name}: ${await errors()}`);
  else equal(name, (await downloaded("Findings (JSON)")).text, expected.stdout);
}

async function packages() {
  const scenarios = join(repository, "fixtures/scenarios");
  const own = readdirSync(scenarios).flatMap((name) => {
    const folder = join(scenarios, name);
    return readdirSync(folder).filter((variant) => existsSync(join(folder, variant, "Other")) || existsSync(join(folder, variant, "solution.xml")))
      .map((variant) => join(folder, variant));
  });
  if (own.length === 0) fault("there are no scenarios");
  for (const folder of own.slice(0, option === "--all" ? own.length : 4)) {
    await compare(choose, make(`${basename(folder)}.zip`, zip(filesOf(folder))));
  }
  await compare(drop, own[0]);
  await compare(choose, own[0]);
  const corpus = join(repository, "../shared/corpus");
  if (!existsSync(corpus)) {
    console.log("skipped the public packages: there is no ../shared/corpus");
    return own.length;
  }
  const few = ["PVA FAQ Japanese.zip", "StressTest100Flows_1_0_0_0.zip", "philguth-root", "tbalt88-demo-solution-yaml"];
  const found = ["zip", "legacy", "unpacked"].flatMap((kind) =>
    readdirSync(join(corpus, kind)).map((name) => join(corpus, kind, name)));
  const chosen = found.filter((path) => option === "--all" || few.includes(basename(path)));
  for (const path of chosen) await compare(choose, path);
  return own.length + chosen.length;
}

/** Compares an older version with a newer one, with the page and on the command line. */
async function compareVersions(older, newer) {
  await page.goto(address);
  await chooseOlder(older);
  const expected = command("compare", "json", [older, newer]);
  await choose(newer);
  await finished();
  const [{ code, stdout, stderr }, name] = [await expected, `${basename(older)} and ${basename(newer)}`];
  if (code === 2) equal(name, await errors(), stderr.replace(/^note: .*\n/gm, ""));
  else if (await at("errors").isVisible()) fault(`${name}: ${await errors()}`);
  else equal(name, (await downloaded("Changes (JSON)")).text, stdout);
}

async function versions() {
  const scenario = join(repository, "fixtures/scenarios/co-sell-dynamics365");
  const pairs = [[join(scenario, "as-shipped"), join(scenario, "two-of-four-events")]];
  const corpus = join(repository, "../shared/corpus/zip");
  if (existsSync(corpus)) {
    const zips = readdirSync(corpus).sort().map((name) => join(corpus, name));
    const all = zips.slice(1).map((path, index) => [zips[index], path]);
    pairs.push(...all.filter((pair) => option === "--all" || pair.every((path) => path.includes("ErrorHandling"))));
  }
  for (const [older, newer] of pairs) await compareVersions(older, newer);
  // The older version has the same name, or cannot be read.
  const kit = make("kit.zip", zip(solution("Kit", [wrong, compose("1")])));
  await compareVersions(make("old/kit.zip", zip(solution("Kit", [compose("1")]))), kit);
  await compareVersions(make("none.zip", "none"), kit);
  await compareVersions(make("older.zip", zip(solution("Kit", []))), make("canvas.msapp", "canvas"));
  return pairs.length;
}

/** The page of a comparison and its downloads, and the box for the older version. */
async function upgrade() {
  const [older, newer] = [make("v1.zip", zip(solution("Kit", [compose("1")]))), make("v2.zip", zip(solution("Kit", [wrong, wrong])))];
  await page.goto(address);
  await dropOn(at("drop-old"), older);
  await page.getByRole("button", { name: "Remove v1.zip" }).waitFor();
  equal("the status", await at("status").textContent(), "Add the new version, too. The page compares it with the older one.");
  await drop(newer);
  await finished();
  equal("the heading", await at("result-title").textContent(), "Comparison");
  const downloads = [["Comparison (HTML)", "html"], ["Runbook of the upgrade (Markdown)", "runbook"], ["Changes (Markdown)", "markdown"]];
  for (const [button, format] of downloads) {
    equal(button, (await downloaded(button)).text, (await command("compare", format, [older, newer])).stdout);
  }
  await violations("the comparison in its frame", page.frames()[1]);
  await page.getByRole("button", { name: "Remove v1.zip" }).click();
  await page.getByRole("button", { name: "Findings (JSON)" }).waitFor();
  equal("the report", (await downloaded("Report (HTML)")).text, (await command("check", "html", [newer])).stdout);
}

async function manyInputs() {
  const one = make("several/one.zip", zip(solution("One", [wrong])));
  const two = make("several/two", solution("Two", [compose("@outputs('Read')")]));
  await compare(drop, one, two);
  // A folder of flows is a part of the solution around it.
  make("part/Workflows", solution("Part", [wrong]).slice(3).map(([path, text]) => [basename(path), text]));
  await compare(choose, join(scratch, "part/Workflows"));
  // A configuration in the folder, which names a settings file with a byte order mark.
  const settings = Buffer.from("\ufeff{\"EnvironmentVariables\": [{\"SchemaName\": \"a_b\", \"Value\": \"\"}]}", "utf16le");
  const files = [...solution("Set", [wrong]), ["env/test.json", settings],
    ["flowvet.toml", "settings = [\"env/test.json\"]\n[rules]\nunknown-action = \"info\"\n[[ignore]]\nrule = \"x\"\nreason = \"y\"\n" +
      "until = 2020-01-01\n"]];
  await compare(choose, make("configured", files));
  // Nested as deeply as the limits allow.
  let [scope, xml] = [{ End: { type: "Compose", inputs: "@outputs('Nothing')" } }, ""];
  for (let depth = 0; depth < 60; depth += 1) scope = { [`Scope_${depth}`]: { type: "Scope", actions: scope } };
  for (let depth = 0; depth < 250; depth += 1) xml = `<a>${xml}</a>`;
  const call = `@${"length(".repeat(2000)}1${")".repeat(2000)}`;
  const deep = solution("Deep", [{ triggers: daily, actions: scope }, compose(call)]);
  deep[1][1] = deep[1][1].replace("<Workflows>", `${xml}<Workflows>`);
  await compare(choose, make("deep.zip", zip(deep)));
}

async function refusedInputs() {
  const inputs = {
    "app.msapp": "PK\x03\x04 nothing",
    "canvas.msapp": "canvas",
    "old.cab": "MSCF\0\0",
    "empty.zip": "",
    "cut.zip": zip(solution("Cut", [wrong])).subarray(0, 200),
    "page.zip": "<!DOCTYPE html><html></html>",
    "other.json": "{\"a\": 1}",
    "broken.json": "{\"a\": ",
    "nothing.zip": zip([["readme.txt", "none"]]),
    "of-zips.zip": zip([["a.zip", zip([["b.txt", ""]])]]),
    "of-cabs.zip": zip([["a.cab", "MSCF"]]),
    "\u202egnp.zip": "reversed",
  };
  for (const [name, content] of Object.entries(inputs)) await compare(drop, make(join("refused", name), content));
  await compare(drop, make("nothing", [["readme.txt", "none"]]));
  await page.goto(address);
  await choose(make("wrong-config", [...solution("Set", [wrong]), ["flowvet.toml", "fail-on = \"fatal\"\n"]]));
  await finished();
  equal("a wrong configuration", (await errors()).split(": unknown")[0],
    "error: `wrong-config/flowvet.toml` (line 1, column 11) is not a valid configuration");
  await page.goto(address);
  await choose(make("absent", [...solution("Set", [wrong]), ["flowvet.toml", "settings = [\"none.json\"]\n"]]));
  await finished();
  equal("absent settings", (await errors()).split(",")[0], "error: `absent/flowvet.toml` names the settings file `none.json`");
}

async function otherFiles() {
  await page.goto(address);
  await page.locator("summary").click();
  const settings = make("test.json", "{\"EnvironmentVariables\": [{\"SchemaName\": \"a_b\", \"Value\": \"1\"}]}");
  await at("settings").setInputFiles(settings);
  await at("order").setInputFiles(make("order.txt", "Flow 7\n"));
  // In a folder of its own, because the command line would find it for the other files.
  await at("config").setInputFiles(make("given/flowvet.toml", "[rules]\nunknown-action = \"off\"\n"));
  await choose(make("kit.zip", zip(solution("Kit", [wrong]))));
  await finished();
  const { findings } = JSON.parse((await downloaded("Findings (JSON)")).text);
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort().join(" ");
  equal("the rules about other files", rules, "order-incomplete order-unknown-flow settings-unknown-variable");
  const [runbook, order, sarif] = [await downloaded("Runbook (Markdown)"), await downloaded("Activation order (Markdown)"), await downloaded("Findings (SARIF)")];
  equal("the names of downloads", [runbook, order, sarif].map(({ name }) => name).join(" "), "flowvet-runbook.md flowvet-order.md flowvet.sarif");
  if (!runbook.text.startsWith("# ")) fault("the runbook is not Markdown");
  if (!order.text.includes("Flow 0")) fault("the order does not name the flow");
  equal("SARIF", JSON.parse(sarif.text).runs[0].results.length, findings.length);
  const again = make("order.json", (await downloaded("Activation order (JSON)")).text);
  await at("order").setInputFiles(again);
  await finished();
  const { findings: left } = JSON.parse((await downloaded("Findings (JSON)")).text);
  equal("the findings on the order of the page", left.map(({ rule }) => rule).join(" "), "settings-unknown-variable");
  await at("settings").setInputFiles(make("other.json", "{}"));
  await page.locator("#errors:not([hidden])").waitFor();
  equal("other JSON as settings", (await errors()).startsWith("error: `other.json` (line 1, column 1) "), true);
}

/** Settings and a configuration belong to their inputs, wherever they are dropped. */
async function droppedFiles() {
  const files = [zip(solution("Kit", [wrong])), "{\"EnvironmentVariables\": [{\"SchemaName\": \"a_b\", \"Value\": \"1\"}]}",
    "[rules]\nunknown-action = \"off\"\n"];
  const [kit, settings, config] = ["kit.zip", "test.json", "flowvet.toml"].map((name, index) => make(join("given", name), files[index]));
  const found = async () => JSON.parse((await downloaded("Findings (JSON)")).text).findings.map(({ rule }) => rule).join(" ");
  await page.goto(address);
  await drop(kit, settings, config);
  await finished();
  equal("settings and configuration on the page", await found(), "settings-unknown-variable");
  await page.goto(address);
  await page.locator("summary").click();
  await dropOn(at("settings"), settings);
  await drop(kit);
  await finished();
  equal("settings on their input", await found(), "unknown-action settings-unknown-variable");
}

/** Looks for barriers in a page or frame. */
async function violations(where, frame = page) {
  const found = await frame.evaluate(`${axe.source}; axe.run()`);
  for (const { id: rule, nodes } of found.violations) fault(`${where}: ${rule}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** The report is that of the command line, in a frame in which its script and the links to its sections work. */
async function report() {
  const input = make("report.zip", zip(solution("Report", [wrong, compose("1")])));
  await page.goto(address);
  await drop(input);
  await finished();
  const [expected, actual] = [await command("check", "html", [input]), await downloaded("Report (HTML)")];
  equal("the report", actual.text, expected.stdout);
  const frame = page.frames()[1];
  await frame.locator("nav a").last().click();
  await frame.waitForURL(/^about:srcdoc#./);
  await frame.getByLabel("Text").fill("no such text");
  equal("the filter", await frame.locator("#shown").textContent(), "0 of 1 finding shown");
  const here = await frame.locator("a[href^='https:']:not([target='_blank'])").count();
  if (here > 0) fault(`${here} links to other pages would open in the frame`);
  await violations("the report in its frame", frame);
}

async function keyboardAndAccessibility() {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.goto(address);
    await page.locator("summary").click();
    await violations(`the empty page, ${colorScheme}`);
    await drop(make("keys.zip", zip(solution("Keys", [wrong]))));
    await finished();
    await violations(`the report, ${colorScheme}`);
    await drop(make("none.zip", "none"));
    await page.locator("#errors:not([hidden])").waitFor();
    await violations(`the errors, ${colorScheme}`);
  }
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await page.goto(address);
  await page.keyboard.press("Tab");
  equal("the first key Tab", await focused(), "Choose files…");
  await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
  await finished();
  const reached = [];
  for (let tabs = 0; tabs < 16; tabs += 1) {
    await page.keyboard.press("Tab");
    reached.push(await focused());
  }
  for (const name of ["Choose a folder…", "Remove", "Choose older files…", "More files (optional)", "Findings (SARIF)"]) {
    if (!reached.includes(name)) fault(`the key Tab does not reach "${name}": ${reached.join(", ")}`);
  }
  await page.setViewportSize({ width: 360, height: 700 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  if (width > 360) fault(`the page is ${width} pixels wide on a screen with 360`);
  await page.setViewportSize({ width: 1000, height: 900 });
}

/** The browser refuses requests of the page and of the worker, which has the policy of the page. */
async function network() {
  const other = await context.newPage();
  await other.goto(address);
  await other.waitForFunction(() => document.readyState === "complete");
  const directive = () =>
    new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
      fetch("https://flowvet.invalid/").then(() => resolve("sent"), () => setTimeout(() => resolve("failed"), 1000));
    });
  for (const [name, one] of [["page", other], ["worker", other.workers()[0]]]) {
    equal(`what refuses a request of the ${name}`, await one.evaluate(directive), "connect-src");
  }
  await other.close();
}

async function cancel() {
  await page.goto(address);
  const long = compose(`@concat(${Array.from({ length: 2000 }, (_, at) => `outputs('x${at}')`).join(", ")})`);
  await drop(make("large.zip", zip(solution("Large", Array.from({ length: 400 }, () => long)))));
  await at("cancel").click();
  equal("the status", await at("status").textContent(), "Cancelled.");
  if (await at("work").isVisible()) fault("the progress stays after a check was cancelled");
  await page.getByRole("button", { name: "Remove large.zip" }).click();
  await drop(join(scratch, "keys.zip"));
  await finished();
  if (await at("errors").isVisible()) fault(`after a check was cancelled: ${await errors()}`);
}

try {
  const started = Date.now();
  const size = statSync(pagePath).size;
  const checked = await packages();
  const compared = await versions();
  await upgrade();
  await manyInputs();
  await refusedInputs();
  await otherFiles();
  await droppedFiles();
  await report();
  await keyboardAndAccessibility();
  await network();
  await cancel();
  console.log(`the page (${size} bytes) was used with ${checked} packages and ${compared} pairs of versions in ${Math.round((Date.now() - started) / 1000)} s`);
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
if (faults) process.exit(1);
console.log("the page finds what the command line finds");
