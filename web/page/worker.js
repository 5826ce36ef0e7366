// Runs flowvet outside the thread of the page, so that the page stays responsive and can end a check by ending the worker.
// `wasm_bindgen` is the generated script before this one.
//
// Messages to it: `{ program }` first, the compressed WebAssembly; then `{ check }` with what the user chose, which is a
// comparison if it has an older version; then `{ document }` with the name of a report to download. It answers with
// `{ progress }`, `{ report }`, `{ errors }`, `{ document, text }` or `{ crash }`.

const { Folder, Given, check, compare, mayRead, mostBytes } = wasm_bindgen;

let ready;
let reports;
/** Where a panic happened. */
let panic;

/** Imported by the program. */
function flowvetPanicked(place) {
  panic = place;
}

self.onmessage = async ({ data }) => {
  try {
    if (data.program) {
      ready = start(data.program);
      // A failure is reported with the first check.
      ready.catch(() => {});
      return;
    }
    await ready;
    if (data.check) postMessage(await run(data.check));
    if (data.document) postMessage({ document: data.document, text: reports[data.document]() });
  } catch (error) {
    postMessage(error instanceof Refusal ? { errors: error.errors } : { crash: crash(error) });
  }
};

/** Inputs that cannot be used, with a `message` and `help` for each. */
class Refusal extends Error {
  constructor(errors) {
    super();
    this.errors = errors;
  }
}

async function start(program) {
  const unpacked = new Blob([program]).stream().pipeThrough(new DecompressionStream("gzip"));
  await wasm_bindgen({ module_or_path: await new Response(unpacked).arrayBuffer() });
}

/** Why the program ended, as text for the user. A message of the browser may quote the input, so none is passed on. */
function crash(error) {
  if (panic !== undefined) return `flowvet stopped at ${panic}. This is a bug: please report it with this line.`;
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    return "The files need more memory than the browser allows. The command line can check them.";
  }
  return `The browser cannot run flowvet (${error.name}). A current version of it can.`;
}

async function run(chosen) {
  const { given, older } = await read(chosen);
  postMessage({ progress: {} });
  try {
    reports = older ? compare(older, given) : check(given);
  } catch (error) {
    throw refused(error);
  }
  return { report: reports.html() };
}

/** What the program throws is JSON. Anything else is a crash. */
function refused(error) {
  return typeof error === "string" ? new Refusal(JSON.parse(error)) : error;
}

async function read({ solutions, older, settings, order, config, unixTime }) {
  const given = new Given(unixTime);
  const [wanted, wantedOlder] = [solutions, older].map(contents);
  // Each version has the limit, as on the command line.
  tooLarge(wanted);
  tooLarge(wantedOlder);
  const progress = { done: 0, total: wanted.length + wantedOlder.length };
  // The configuration comes first, as on the command line: it may name settings files.
  settings = await configure(given, config ?? ownConfig(solutions[0]), settings);
  for (const { name, file } of settings) given.addSettings(name, await text(name, file));
  if (order) given.setOrder(order.name, await text(order.name, order.file));
  await add(given, solutions, progress);
  if (older.length === 0) return { given };
  const names = new Set(solutions.map(({ name }) => name));
  const old = new Given(unixTime);
  // Reports name files, so those of both versions need different names.
  await add(old, older.map((one) => (names.has(one.name) ? { ...one, name: `old/${one.name}` } : one)), progress);
  return { given, older: old };
}

/** The files of solutions whose content is needed. */
function contents(solutions) {
  const files = solutions.flatMap((solution) => solution.files ?? [solution]);
  return files.filter(({ path, file }) => file && (path === undefined || mayRead(path)));
}

/** Reads solutions. */
async function add(given, solutions, progress) {
  for (const { name, file, files } of solutions) {
    if (file) {
      postMessage({ progress: { ...progress, name } });
      given.addFile(name, await bytes(name, file));
      progress.done += 1;
      continue;
    }
    const folder = new Folder(name);
    for (const { path, file } of files) {
      if (!mayRead(path)) {
        folder.add(path, new Uint8Array());
        continue;
      }
      // A message for each of thousands of files would take longer than to read them.
      if (progress.done % 50 === 0) postMessage({ progress: { ...progress, name: path } });
      folder.add(path, await bytes(`${name}/${path}`, file));
      progress.done += 1;
    }
    given.addFolder(folder);
  }
}

/** Refuses files before they are read if they exceed the limit for a run. */
function tooLarge(files) {
  let sum = 0;
  for (const { name, path, file } of files) {
    sum += file.size;
    if (sum <= mostBytes()) continue;
    const message = `${name ?? path}: exceeds the limit of ${mostBytes() / 2 ** 30} GiB for all files`;
    throw new Refusal([{ message, help: "add fewer files, or use the command line, which can raise the limit" }]);
  }
}

/** The `flowvet.toml` of a folder. */
function ownConfig(solution) {
  const own = solution?.files?.find(({ path }) => path === "flowvet.toml");
  return own && { name: `${solution.name}/${own.path}`, file: own.file, folder: solution };
}

/** Sets the configuration. Returns the settings files: those that the user chose, or else those that it names. */
async function configure(given, config, settings) {
  if (!config) return settings;
  let named;
  try {
    named = given.setConfig(config.name, await text(config.name, config.file));
  } catch (error) {
    throw refused(error);
  }
  if (settings.length > 0) return settings;
  return named.map((wanted) => {
    const path = wanted.replace(/^\.\//, "");
    const found = config.folder?.files.find((file) => file.path === path);
    if (found) return { name: `${config.folder.name}/${path}`, file: found.file };
    const message = `\`${config.name}\` names the settings file \`${wanted}\`, which is not among the files`;
    throw new Refusal([{ message, help: "add it under \"Deployment settings of the target environment\"" }]);
  });
}

async function bytes(name, file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    const help = "it may have been changed or moved since you chose it: choose it again";
    throw new Refusal([{ message: `${name}: could not be read: ${error.message}`, help }]);
  }
}

/** Decodes a file as the command line does: UTF-8, or UTF-16 with a byte order mark. */
async function text(name, file) {
  const content = await bytes(name, file);
  const [first, second] = content;
  const utf16 = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff && "utf-16be";
  try {
    return new TextDecoder(utf16 || "utf-8", { fatal: true }).decode(content);
  } catch {
    const fault = utf16 ? "an incomplete UTF-16 character" : "a byte that is not UTF-8";
    throw new Refusal([{ message: `${name}: could not be read: ${fault}`, help: null }]);
  }
}
