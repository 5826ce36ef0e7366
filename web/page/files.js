// What the user drops or chooses, as a list of files and folders. Contents are read later, by the worker.
//
// A solution is `{ name, file }` for a file, and `{ name, files: [{ path, file }] }` for a folder.

/** Folders that flowvet never reads. To leave them out here saves time; the library decides by itself. */
const SKIPPED = new Set([".git", ".hg", ".svn", "node_modules"]);

/** The solutions of a folder input, which lists all files of a folder: `folder/path/to/file`. */
function chosenFolder(list) {
  const folders = new Map();
  for (const file of list) {
    const [folder, ...path] = file.webkitRelativePath.split("/");
    if (path.some((part) => SKIPPED.has(part.toLowerCase()))) continue;
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder).push({ path: path.join("/"), file });
  }
  return [...folders].map(([name, files]) => ({ name, files }));
}

/**
 * The solutions of a drop. The browser empties the list of items when the event ends, so they are taken at once. An item
 * that cannot be read becomes an error with `message` and `help`.
 */
function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const taken = items.map((item) => ({
    entry: item.webkitGetAsEntry?.(),
    file: item.getAsFile(),
    handle: item.getAsFileSystemHandle?.().catch(() => null),
  }));
  return Promise.all(taken.map(droppedItem));
}

async function droppedItem({ entry, file, handle }) {
  if (!entry?.isDirectory) return { name: file.name, file };
  const { name } = entry;
  try {
    const files = [];
    await walkEntry(entry, "", files);
    return { name, files };
  } catch (error) {
    // Chromium refuses to list an entry if the page is a file on disk; it may still allow the newer way.
    const folder = await handle;
    try {
      if (!folder) throw error;
      const files = [];
      await walkHandle(folder, "", files);
      return { name, files };
    } catch {
      const help = "choose it with the button \"Choose a folder…\" instead";
      return { error: { message: `${name}: the browser does not let this page read a dropped folder`, help } };
    }
  }
}

async function walkEntry(folder, path, files) {
  const reader = folder.createReader();
  const some = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // A call returns at most 100 entries in Chromium. An empty list ends it.
  for (let entries = await some(); entries.length > 0; entries = await some()) {
    for (const entry of entries) {
      if (entry.isFile) {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
        files.push({ path: path + entry.name, file });
      } else if (!SKIPPED.has(entry.name.toLowerCase())) {
        await walkEntry(entry, `${path}${entry.name}/`, files);
      }
    }
  }
}

async function walkHandle(folder, path, files) {
  for await (const entry of folder.values()) {
    if (entry.kind === "file") {
      files.push({ path: path + entry.name, file: await entry.getFile() });
    } else if (!SKIPPED.has(entry.name.toLowerCase())) {
      await walkHandle(entry, `${path}${entry.name}/`, files);
    }
  }
}

/** The keys of deployment settings. */
const SETTINGS = ["EnvironmentVariables", "ConnectionReferences", "ActivateFlowConfiguration"];

/** Separates solutions from deployment settings and configurations. */
async function sorted(everything) {
  const [found, settings, configs] = [[], [], []];
  for (const one of everything) {
    const { name, file } = one;
    if (file && /\.toml$/i.test(name)) configs.push(file);
    else if (file && /\.json$/i.test(name) && (await isSettings(file))) settings.push(file);
    else found.push(one);
  }
  return { found, settings, configs };
}

/** Whether a file is JSON with a key of deployment settings. A file that is not is left to the check, which explains why. */
async function isSettings(file) {
  if (file.size > 2 ** 24) return false;
  try {
    const content = JSON.parse(await file.text());
    return SETTINGS.some((key) => Array.isArray(content?.[key]));
  } catch {
    return false;
  }
}
