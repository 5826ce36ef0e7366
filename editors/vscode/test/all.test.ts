import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import test from "node:test";
import { type Surroundings, findBinary, isExecutable } from "../src/binary";
import { PAGES, escaped, failed, restricted } from "../src/page";
import { run } from "../src/run";

/** Surroundings in which only these files can be run. */
function around(files: string[], more: Partial<Surroundings> = {}): Surroundings {
  return {
    setting: "",
    workspaceFolder: "/flows",
    environment: { PATH: "/usr/bin:relative::/opt/bin", HOME: "/home/me" },
    platform: "linux",
    isExecutable: (file) => files.includes(file),
    ...more,
  };
}

test("the program is found in PATH, but not in relative folders", () => {
  assert.deepEqual(findBinary(around(["/opt/bin/flowvet"])), { file: "/opt/bin/flowvet" });
  const missing = findBinary(around(["relative/flowvet", "flowvet"]));
  assert.match("problem" in missing ? missing.problem : "", /not found in PATH.*cargo install flowvet/);
});

test("the setting comes first, and is expanded", () => {
  const files = ["/opt/bin/flowvet", "/home/me/bin/flowvet", "/flows/tools/flowvet"];
  const at = (setting: string) => findBinary(around(files, { setting }));
  assert.deepEqual(at("~/bin/flowvet"), { file: "/home/me/bin/flowvet" });
  assert.deepEqual(at("${workspaceFolder}/tools/flowvet"), { file: "/flows/tools/flowvet" });
  assert.deepEqual(at("tools/flowvet"), { file: "/flows/tools/flowvet" });
  assert.deepEqual(at("/nothing"), { problem: 'The setting flowvet.path is "/nothing", but there is no program.' });
});

test("only files that can be run are programs", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "flowvet-"));
  assert.equal(isExecutable(folder), false);
  assert.equal(isExecutable(path.join(folder, "nothing")), false);
  assert.equal(isExecutable(process.execPath), true);
  fs.rmSync(folder, { recursive: true });
});

test("the policy comes before everything in the head", () => {
  const page = restricted('<!DOCTYPE html><html><head lang="x"><style>a{}</style></head><body></body></html>');
  assert.match(page, /<head lang="x"><meta http-equiv="Content-Security-Policy" content="default-src 'none';[^"]*"><style>/);
  assert.doesNotMatch(page, /script-src/);
  assert.match(restricted("<svg></svg>"), /^<!DOCTYPE html><html><head><meta http-equiv[^>]*><\/head><body><svg>/);
});

const program = process.env.FLOWVET;
const skip = program === undefined && "the environment variable FLOWVET does not name the program";

test("panels show the pages of the program with their styles", { skip }, async () => {
  const workspace = path.resolve("../../tests/server/workspace");
  for (const { title, args } of Object.values(PAGES)) {
    const output = await run(program ?? "", [...args, "--", "."], workspace);
    const page = "text" in output ? restricted(output.text) : assert.fail(output.reason);
    const policies = [...page.matchAll(/<meta http-equiv="Content-Security-Policy" content="([^"]*)">/g)].map((found) => found[1] ?? "");
    assert.equal(policies.length, 2, `${title}: the policy of the panel, and the one of the page`);
    assert.ok(page.indexOf("Content-Security-Policy") < page.indexOf("<style>"), title);
    // What is allowed has to be allowed by both.
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map((found) => found[1] ?? "");
    assert.ok(styles.length > 0 && page.includes("Tell the reader"), title);
    for (const style of styles) {
      const hash = `'sha256-${createHash("sha256").update(style).digest("base64")}'`;
      const allows = (policy: string) => policy.includes(hash) || /style-src [^;]*'unsafe-inline'/.test(policy);
      assert.ok(policies.every(allows), `${title}: a style is not allowed`);
    }
    assert.doesNotMatch(page, /<(link|img|iframe|object|embed|base)\b| src=/, `${title}: it loads nothing`);
  }
});

test("a failure is shown as text", () => {
  assert.equal(escaped(`<a b='c'>&"`), "&lt;a b=&#39;c&#39;&gt;&amp;&quot;");
  assert.match(failed("x", "<script>"), /<pre>&lt;script&gt;<\/pre>/);
});

test("findings are a result and other exit codes are failures", async () => {
  const node = (code: string) => run(process.execPath, ["-e", code], os.tmpdir());
  assert.deepEqual(await node("console.log(1)"), { text: "1\n" });
  assert.deepEqual(await node("console.log(1); process.exitCode = 1"), { text: "1\n" });
  assert.deepEqual(await node("console.error('error: x'); process.exitCode = 2"), { reason: "error: x" });
  const missing = await run("/no/such/program", [], os.tmpdir());
  assert.match("reason" in missing ? missing.reason : "", /ENOENT/);
});
