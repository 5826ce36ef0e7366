#!/usr/bin/env bash
# Builds the extension for VS Code. Needs node and npm. It does not contain the program, which users install by themselves.
#
#   packaging/vscode.sh [FOLDER]    writes the .vsix to FOLDER (default: dist)
set -euo pipefail
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
cp -R editors/vscode/. "$package"
rm -rf "$package/dist" "$package/node_modules"
repository=$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml | head -1)
cp LICENSE-MIT LICENSE-APACHE "$package"
cd "$package"
npm ci --silent --no-audit --no-fund
npm version --no-git-tag-version --allow-same-version "$version" > /dev/null
# TOML extensions complete `flowvet.toml` with its schema. They load it from an address.
if [ -n "$repository" ]; then
  REPOSITORY=$repository VERSION=$version node -e '
    const fs = require("node:fs"), manifest = JSON.parse(fs.readFileSync("package.json", "utf8"));
    const { REPOSITORY, VERSION } = process.env;
    manifest.repository = REPOSITORY;
    const url = `${REPOSITORY}/raw/v${VERSION}/schema/flowvet.schema.json`;
    manifest.contributes.tomlValidation = [{ fileMatch: "flowvet.toml", url }];
    fs.writeFileSync("package.json", JSON.stringify(manifest, null, 2));'
fi
npm run --silent build
npx --yes @vscode/vsce@3.9.2 package --no-dependencies --allow-missing-repository --skip-license --out "$out/flowvet-$version.vsix"
