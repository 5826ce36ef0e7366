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

/** The reports that can be downloaded: what the worker calls them, the button, the file and its type. */
const DOWNLOADS = [
  ["html", "Report (HTML)", "flowvet-report.html", "text/html"],
  ["runbook", "Runbook (Markdown)", "flowvet-runbook.md", "text/markdown"],
  ["order", "Activation order (Markdown)", "flowvet-order.md", "text/markdown"],
  ["json", "Findings (JSON)", "flowvet.json", "application/json"],
  ["sarif", "Findings (SARIF)", "flowvet.sarif", "application/sarif+json"],
];

/** By name: a file that is chosen again replaces its older version. */
const solutions = new Map();

let worker;
let isChecking = false;

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
  if (solutions.size === 0) {
    done(() => say(""));
    return;
  }
  isChecking = true;
  showProgress({});
  at("work").hidden = false;
  say("Checking.");
  const files = (id) => [...at(id).files].map((file) => ({ name: file.name, file }));
  worker.postMessage({
    check: {
      solutions: [...solutions.values()],
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
    at("doing").textContent = "Checking…";
    bar.removeAttribute("value");
  }
}

function showRefused(errors) {
  const others = solutions.size > 1 ? " Remove them to check the others." : "";
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
  say("Done. The report is below.");
  // The frame has no access to this page, and inherits its policy. Without a base, links to sections of the report would lead
  // to this page.
  const sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
  const srcdoc = html.replace("<head>", '<head><base href="about:srcdoc">');
  at("report").replaceChildren(element("iframe", { title: "Report", sandbox, srcdoc }));
  at("result").hidden = false;
}

function download(name, text) {
  const [, , file, type] = DOWNLOADS.find(([known]) => known === name);
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: file }).click();
  // The download may start after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function add(found) {
  const errors = found.filter((one) => one.error).map((one) => one.error);
  for (const solution of found) if (!solution.error) solutions.set(solution.name, solution);
  showChosen();
  check();
  if (errors.length > 0) showErrors("These folders cannot be read.", errors);
}

function showChosen() {
  const item = ({ name, files }) => {
    const remove = element("button", { type: "button", "aria-label": `Remove ${name}` }, "Remove");
    remove.onclick = () => {
      solutions.delete(name);
      showChosen();
      check();
      // The button is gone, and with it the focus.
      at("choose-files").focus();
    };
    const what = files ? `${name} (${files.length === 1 ? "1 file" : `${files.length} files`})` : name;
    return element("li", {}, element("span", {}, what), remove);
  };
  at("chosen").replaceChildren(...[...solutions.values()].map(item));
}

/** The list of files of an input. The input is emptied, so that choosing the same file again is a change. */
function taken(input) {
  const files = [...input.files];
  input.value = "";
  return files;
}

at("choose-files").onclick = () => at("files").click();
at("choose-folder").onclick = () => at("folder").click();
at("files").onchange = ({ target }) => add(taken(target).map((file) => ({ name: file.name, file })));
at("folder").onchange = ({ target }) => add(chosenFolder(taken(target)));
for (const id of ["settings", "order", "config"]) at(id).onchange = check;
at("cancel").onclick = () => {
  startWorker();
  done(() => say("Cancelled."));
  at("choose-files").focus();
};
for (const [name, label] of DOWNLOADS) {
  const button = element("button", { type: "button" }, label);
  button.onclick = () => worker.postMessage({ document: name });
  at("downloads").append(button);
}

let depth = 0;
const dragging = (change) => {
  depth = Math.max(0, depth + change);
  document.body.classList.toggle("dragging", depth > 0);
};
document.addEventListener("dragenter", () => dragging(1));
document.addEventListener("dragleave", () => dragging(-1));
// A file that is dropped on one of the other inputs belongs there.
const isForInput = ({ target }) => target instanceof HTMLInputElement;
document.addEventListener("dragover", (event) => isForInput(event) || event.preventDefault());
document.addEventListener("drop", async (event) => {
  dragging(-depth);
  if (isForInput(event)) return;
  event.preventDefault();
  add(await dropped(event.dataTransfer));
});

startWorker();
