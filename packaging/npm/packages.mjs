// Writes the folders of the npm packages: one for each platform with a binary, and `flowvet`, which needs all of them
// optionally. The version, the licence and the addresses are those of Cargo.toml.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [metadata, binaries, out] = process.argv.slice(2);
const crate = JSON.parse(readFileSync(metadata, "utf8")).packages.find((one) => one.name === "flowvet");
const template = JSON.parse(readFileSync("packaging/npm/package.json", "utf8"));
const shared = {
  version: crate.version,
  ...(crate.homepage && { homepage: crate.homepage }),
  // npm compares it with the repository that publishes.
  ...(crate.repository && { repository: { type: "git", url: `git+${crate.repository}.git` } }),
};

const write = (name, content, files) => {
  const folder = join(out, name);
  mkdirSync(join(folder, "bin"), { recursive: true });
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(licence, join(folder, licence));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...content, ...shared }, null, 2)}\n`);
  for (const [from, to] of files) {
    cpSync(from, join(folder, to));
    chmodSync(join(folder, to), 0o755);
  }
};

const platforms = readdirSync(binaries).sort();
for (const platform of platforms) {
  const [os, cpu] = platform.split("-");
  const file = os === "win32" ? "flowvet.exe" : "flowvet";
  if (!existsSync(join(binaries, platform, file))) throw new Error(`${platform} has no ${file}`);
  const content = {
    name: `flowvet-${platform}`,
    description: `The binary of flowvet for ${platform}`,
    license: template.license,
    os: [os],
    cpu: [cpu],
    files: ["bin/", "LICENSE-*"],
    preferUnplugged: true,
  };
  write(content.name, content, [[join(binaries, platform, file), `bin/${file}`]]);
}
const optionalDependencies = Object.fromEntries(platforms.map((platform) => [`flowvet-${platform}`, crate.version]));
write("flowvet", { ...template, optionalDependencies }, [["packaging/npm/bin/flowvet.js", "bin/flowvet.js"]]);
copyFileSync("README.md", join(out, "flowvet", "README.md"));
