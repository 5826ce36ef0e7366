// The page: takes files, has a worker check them, and shows the report.

const at = (id) => document.getElementById(id);

/** An element with attributes and children. Texts become text nodes, so nothing in a package is read as HTML. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A text with names in backticks, as nodes. A name may contain a backtick; the text then stays as it is. */
function marked(text) {
  const parts = text.split("`");
  return parts.length % 2 ? parts.map((part, at) => (at % 2 ? element("code", {}, part) : part)) : [text];
}

/** The reports on a check that can be downloaded: what the worker calls them, the button, the file and its type. */
const OF_CHECK = [
  ["html", "Report (HTML)", "flowvet-report.html", "text/html"],
  ["runbook", "Runbook (Markdown)", "flowvet-runbook.md", "text/markdown"],
  ["order", "Activation order (Markdown)", "flowvet-order.md", "text/markdown"],
  ["orderJson", "Activation order (JSON)", "flowvet-order.json", "application/json"],
  ["json", "Findings (JSON)", "flowvet.json", "application/json"],
  ["sarif", "Findings (SARIF)", "flowvet.sarif", "application/sarif+json"],
];

/** The same, of a comparison. */
const OF_COMPARISON = [
  ["html", "Comparison (HTML)", "flowvet-comparison.html", "text/html"],
  ["runbook", "Runbook of the upgrade (Markdown)", "flowvet-upgrade.md", "text/markdown"],
  ["markdown", "Changes (Markdown)", "flowvet-comparison.md", "text/markdown"],
  ["json", "Changes (JSON)", "flowvet-comparison.json", "application/json"],
];

/**
 * What the user chose, each by name: a file that is chosen again replaces its previous content. `list` shows it, and `button`
 * adds to it.
 */
const solutions = { chosen: new Map(), list: "chosen", button: "choose-files" };
const older = { chosen: new Map(), list: "chosen-old", button: "choose-old-files" };

let worker;
let isChecking = false;
/** Whether the check is a comparison, and the downloads are those of one. */
let isComparison = false;

/** The compressed program, decoded once. */
const program = Uint8Array.from(atob(at("program").textContent), (character) => character.charCodeAt(0));
const script = URL.createObjectURL(new Blob([at("worker").textContent], { type: "text/javascript" }));

function startWorker() {
  worker?.terminate();
  worker = new Worker(script);
  worker.onmessage = ({ data }) => {
    if (data.progress) showProgress(data.progress);
    if (data.report) done(() => showReport(data.report));
    if (data.errors) done(() => showRefused(data.errors));
    if (data.document) download(data.document, data.text);
    if (data.crash) crashed(data.crash);
  };
  worker.onerror = () => crashed("The browser stopped the check, probably because it ran out of memory.");
  worker.postMessage({ program });
}

function crashed(message) {
  // What crashed is in an unknown state.
  startWorker();
  done(() => showErrors("The check failed.", [{ message, help: null }]));
}

function check() {
  if (isChecking) startWorker();
  at("errors").hidden = true;
  at("result").hidden = true;
  if (solutions.chosen.size === 0) {
    const missing = "Add the new version, too. The page compares it with the older one.";
    done(() => say(older.chosen.size > 0 ? missing : ""));
    return;
  }
  isChecking = true;
  isComparison = older.chosen.size > 0;
  showProgress({});
  at("work").hidden = false;
  say(isComparison ? "Comparing." : "Checking.");
  const files = (id) => [...at(id).files].map((file) => ({ name: file.name, file }));
  worker.postMessage({
    check: {
      solutions: [...solutions.chosen.values()],
      older: [...older.chosen.values()],
      settings: files("settings"),
      order: files("order")[0],
      config: files("config")[0],
      unixTime: Math.floor(Date.now() / 1000),
    },
  });
}

/** Ends a check. */
function done(show) {
  isChecking = false;
  at("work").hidden = true;
  show();
}

function say(text) {
  at("status").textContent = text;
}

function showProgress({ done, total, name }) {
  const bar = at("progress");
  if (total) {
    at("doing").textContent = `Reading ${name} (${done + 1} of ${total})…`;
    bar.max = total;
    bar.value = done;
  } else {
    at("doing").textContent = isComparison ? "Comparing…" : "Checking…";
    bar.removeAttribute("value");
  }
}

function showRefused(errors) {
  const others = solutions.chosen.size + older.chosen.size > 1 ? " Remove them to check the others." : "";
  showErrors(`These files cannot be checked.${others}`, errors);
}

function showErrors(title, errors) {
  say("");
  const items = errors.map(({ message, help }) =>
    element("li", {}, element("p", {}, ...marked(message)), ...(help ? [element("p", { class: "help" }, ...marked(help))] : [])));
  at("errors").replaceChildren(element("p", {}, title), element("ul", {}, ...items));
  at("errors").hidden = false;
}

function showReport(html) {
  const title = isComparison ? "Comparison" : "Report";
  say(`Done. The ${title.toLowerCase()} is below.`);
  at("result-title").textContent = title;
  at("downloads").replaceChildren(...downloads().map(([name, label]) => {
    const button = element("button", { type: "button" }, label);
    button.onclick = () => worker.postMessage({ document: name });
    return button;
  }));
  // The frame has no access to this page, and inherits its policy. Without a base, links to sections of the report would lead
  // to this page.
  const sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
  const srcdoc = html.replace("<head>", '<head><base href="about:srcdoc">');
  at("report").replaceChildren(element("iframe", { title, sandbox, srcdoc }));
  at("result").hidden = false;
}

const downloads = () => (isComparison ? OF_COMPARISON : OF_CHECK);

function download(name, text) {
  const [, , file, type] = downloads().find(([known]) => known === name);
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: file }).click();
  // The download may start after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * Adds files and folders to the solutions or to the older version. Deployment settings and a configuration go to their own
 * inputs.
 */
async function add(everything, area) {
  const { found, settings, configs } = await sorted(everything);
  if (settings.length > 0) give("settings", [...at("settings").files, ...settings]);
  if (configs.length > 0) give("config", configs.slice(-1));
  const errors = found.filter((one) => one.error).map((one) => one.error);
  for (const solution of found) if (!solution.error) area.chosen.set(solution.name, solution);
  showChosen(area);
  check();
  if (errors.length > 0) showErrors("These folders cannot be read.", errors);
}

/** Puts files into an input. */
function give(id, files) {
  const data = new DataTransfer();
  const names = new Map(files.map((file) => [file.name, file]));
  for (const file of names.values()) data.items.add(file);
  at(id).files = data.files;
  at("more").open = true;
}

function showChosen(area) {
  const item = ({ name, files }) => {
    const remove = element("button", { type: "button", "aria-label": `Remove ${name}` }, "Remove");
    remove.onclick = () => {
      area.chosen.delete(name);
      showChosen(area);
      check();
      // The button is gone, and with it the focus.
      at(area.button).focus();
    };
    const what = files ? `${name} (${files.length === 1 ? "1 file" : `${files.length} files`})` : name;
    return element("li", {}, element("span", {}, what), remove);
  };
  at(area.list).replaceChildren(...[...area.chosen.values()].map(item));
}

/** The list of files of an input. The input is emptied, so that choosing the same file again is a change. */
function taken(input) {
  const files = [...input.files];
  input.value = "";
  return files;
}

for (const [area, prefix] of [[solutions, ""], [older, "old-"]]) {
  const [files, folder] = [at(`${prefix}files`), at(`${prefix}folder`)];
  at(`choose-${prefix}files`).onclick = () => files.click();
  at(`choose-${prefix}folder`).onclick = () => folder.click();
  files.onchange = () => add(taken(files).map((file) => ({ name: file.name, file })), area);
  folder.onchange = () => add(chosenFolder(taken(folder)), area);
}
for (const id of ["settings", "order", "config"]) at(id).onchange = check;
at("cancel").onclick = () => {
  startWorker();
  done(() => say("Cancelled."));
  at("choose-files").focus();
};

/** Whether something is dropped on the box of the older version, and not elsewhere on the page. */
const isForOlder = ({ target }) => Boolean(target.closest?.("#drop-old"));
/** How many elements the pointer is in while it drags. It enters an element before it leaves another. */
let depth = 0;
const mark = (box) => {
  for (const id of ["drop", "drop-old"]) at(id).classList.toggle("target", id === box);
};
document.addEventListener("dragenter", (event) => {
  depth += 1;
  mark(isForOlder(event) ? "drop-old" : "drop");
});
document.addEventListener("dragleave", () => {
  depth = Math.max(0, depth - 1);
  if (depth === 0) mark();
});
// A file that is dropped on one of the other inputs belongs there.
const isForInput = ({ target }) => target instanceof HTMLInputElement;
document.addEventListener("dragover", (event) => isForInput(event) || event.preventDefault());
document.addEventListener("drop", async (event) => {
  depth = 0;
  mark();
  if (isForInput(event)) return;
  event.preventDefault();
  const area = isForOlder(event) ? older : solutions;
  add(await dropped(event.dataTransfer), area);
});

startWorker();
