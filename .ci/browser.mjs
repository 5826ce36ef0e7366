// `check FOLDER` opens each report of a folder, and uses it as people do. `screenshot REPORT FILE` takes a picture of one.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const [mode, path, picture] = process.argv.slice(2);
const { CHROMIUM, CHROMIUM_FLAGS } = process.env;

let faults = 0;
const fault = (file, message) => {
  faults += 1;
  console.log(`${file}: ${message}`);
};

/** Runs something with a browser that has a new profile, and these options. */
const withPage = async (file, options, use) => {
  const profile = mkdtempSync(join(tmpdir(), "flowvet-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, args: CHROMIUM_FLAGS.split(" "), viewport: { width: 1200, height: 900 }, ...options,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const address = pathToFileURL(file).href;
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) fault(file, `the console says: ${message.text()}`);
    });
    page.on("pageerror", (error) => fault(file, `the script fails: ${error.message}`));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== address) fault(file, `requests ${request.url()}`);
    });
    await page.goto(address);
    await use(page);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
};

const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));

/** The numbers in `3 of 12 findings shown`, or twice the number in `12 findings`. */
const shown = async (page) => {
  const numbers = (await page.locator("#shown").textContent()).match(/\d+/g).map(Number);
  return [numbers[0], numbers.at(-1)];
};

const visible = (page) => page.evaluate(() => document.querySelectorAll("#findings .item:not([hidden])").length);

const filters = async (page, file) => {
  if (!(await page.locator("#filters").count())) return;
  const expect = async (what, fits) => {
    const [number, total] = await shown(page);
    if (number !== (await visible(page))) fault(file, `${what}: ${number} findings are announced, others are visible`);
    if (!fits(number, total)) fault(file, `${what}: ${number} of ${total} findings are shown`);
  };
  const clear = async () => {
    await page.locator("#filter-clear").click();
    await expect("cleared filters", (number, total) => number === total);
  };
  await expect("no filter", (number, total) => number === total && total > 0);
  for (const box of await page.locator("input[name=severity]").all()) await box.uncheck();
  await expect("no severity", (number) => number === 0);
  await clear();
  const chip = page.locator(".counts [data-filter-severity]").first();
  const count = Number((await chip.textContent()).match(/\d+/)[0]);
  await chip.click();
  await expect("a severity", (number) => number === count);
  await clear();
  for (const id of ["#filter-rule", "#filter-flow"]) {
    const option = page.locator(`${id} option`).last();
    const count = Number((await option.textContent()).match(/\((\d+)\)$/)[1]);
    await page.locator(id).selectOption(await option.getAttribute("value"));
    await expect(id, (number) => number === count);
    await clear();
  }
  await page.locator("#filter-text").fill("no finding has this text");
  await expect("a text", (number) => number === 0);
  await page.locator("#filter-clear").click();
  const link = page.locator("a[data-filter-flow]").first();
  await unfold(page);
  const flow = (await link.textContent()).match(/\d+/g).map(Number).reduce((a, b) => a + b);
  await link.click();
  await expect("the findings of a flow", (number) => number === flow);
  const back = page.locator("#findings .item:not([hidden]) a.flow").first();
  if (await back.count()) {
    const row = (await back.getAttribute("href")).slice(1);
    await back.click();
    await page.waitForTimeout(100);
    if (!(await page.locator(`[id="${row}"]`).isVisible())) fault(file, "a finding does not lead to its flow");
  }
  await page.locator("#filter-clear").click();
  const node = page.locator("#picture a").first();
  if (await node.count()) {
    await node.click();
    if (!/#flow-/.test(page.url())) fault(file, "the picture does not lead to a flow");
    await page.locator("#filter-clear").click();
  }
};

const boxes = async (page, file) => {
  const box = page.locator(".task > input").first();
  if (!(await box.count())) return;
  await box.check();
  await page.reload();
  if (!(await page.locator(".task > input").first().isChecked())) fault(file, "a ticked box is not kept");
  const progress = await page.locator("#ticked").textContent();
  if (!progress.startsWith("1 of ")) fault(file, `the progress is "${progress}"`);
};

const keyboard = async (page, file) => {
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const id = await page.evaluate(() => document.activeElement?.id);
  if (id !== "main") fault(file, `the first link leads to "${id}" instead of the report`);
};

const accessibility = async (page, file, scheme) => {
  await unfold(page);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  for (const { id, nodes } of violations) {
    fault(file, `axe (${scheme}): ${id} at ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
  }
};

const narrow = async (page, file) => {
  for (const state of ["folded", "unfolded"]) {
    if (state === "unfolded") await unfold(page);
    const [width, space] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    if (width > space) fault(file, `is ${width} pixels wide on a screen of ${space} (${state})`);
  }
};

const withoutScript = async (page, file) => {
  if (await page.locator("#filters").isVisible()) fault(file, "shows filters without JavaScript");
  const sections = await page.locator("nav a").evaluateAll((links) => links.map((link) => `${link.getAttribute("href")} h2`));
  for (const part of ["#summary", ...sections]) {
    if (!(await page.locator(part).first().isVisible())) fault(file, `hides ${part} without JavaScript`);
  }
  const cards = page.locator("#findings .card");
  if ((await cards.count()) && !(await cards.first().isVisible())) fault(file, "hides findings without JavaScript");
};

const printed = async (page, file) => {
  await page.emulateMedia({ media: "print" });
  for (const part of ["#filters", "nav"]) {
    if (await page.locator(part).first().isVisible().catch(() => false)) fault(file, `prints ${part}`);
  }
  if ((await page.pdf({ format: "A4" })).length < 10_000) fault(file, "prints nothing");
};

if (mode === "screenshot") {
  await withPage(path, { viewport: { width: 1000, height: 780 } }, (page) => page.screenshot({ path: picture }));
} else {
  const files = readdirSync(path).filter((name) => name.endsWith(".html"));
  for (const name of files) {
    const file = join(path, name);
    await withPage(file, { colorScheme: "light" }, async (page) => {
      await keyboard(page, file);
      await filters(page, file);
      await boxes(page, file);
      await accessibility(page, file, "light");
      await printed(page, file);
    });
    await withPage(file, { colorScheme: "dark" }, (page) => accessibility(page, file, "dark"));
    await withPage(file, { viewport: { width: 360, height: 760 } }, (page) => narrow(page, file));
    await withPage(file, { javaScriptEnabled: false }, (page) => withoutScript(page, file));
  }
  if (faults) process.exit(1);
  console.log(`${files.length} reports work in a browser`);
}
