#!/usr/bin/env node
// Runs the binary for this machine, with the same streams and exit code.
"use strict";

const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const machine = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "flowvet.exe" : "flowvet";
const binary = join(__dirname, machine, file);

if (!existsSync(binary)) {
  console.error(`error: this package has no flowvet for ${machine}`);
  console.error("  help: build it from source with `cargo install`, and see packaging/npm.sh");
  process.exit(2);
}
const result = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`error: flowvet could not be started: ${result.error.message}`);
}
process.exit(result.status ?? 2);
