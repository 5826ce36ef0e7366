#!/usr/bin/env node
// Runs the binary from the package for this machine, with the same streams and exit code.
"use strict";

const { spawnSync } = require("node:child_process");

const machine = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "flowvet.exe" : "flowvet";

let binary;
try {
  binary = require.resolve(`flowvet-${machine}/bin/${file}`);
} catch {
  console.error(`error: the package flowvet-${machine} with the binary for this machine is not installed`);
  console.error("  help: install flowvet without --omit=optional. If there is no such package, build flowvet from");
  console.error("        source with `cargo install`");
  process.exit(2);
}
const result = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`error: flowvet could not be started: ${result.error.message}`);
}
process.exit(result.status ?? 2);
