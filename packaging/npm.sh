#!/usr/bin/env bash
# Builds an npm package with the binary for this machine. Needs node and npm.
#
#   packaging/npm.sh [FOLDER]    writes the tarball to FOLDER (default: dist)
#
# BINARIES can be set to a folder with binaries for other machines, named as in node: linux-arm64/flowvet,
# darwin-arm64/flowvet, win32-x64/flowvet.exe. They are packed, too.
set -euo pipefail
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
cd "$(dirname "$0")/.."

cargo build --release --locked --quiet
version=$(cargo metadata --no-deps --locked --format-version 1 | node -p 'JSON.parse(require("fs").readFileSync(0)).packages[0].version')
target=$(cargo metadata --no-deps --locked --format-version 1 | node -p 'JSON.parse(require("fs").readFileSync(0)).target_directory')
machine=$(node -p '`${process.platform}-${process.arch}`')

package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
cp -R packaging/npm/. LICENSE-MIT LICENSE-APACHE "$package"
if [ -n "${BINARIES:-}" ]; then cp -R "$BINARIES"/. "$package/bin"; fi
mkdir -p "$package/bin/$machine"
for name in flowvet flowvet.exe; do
  if [ -f "$target/release/$name" ]; then cp "$target/release/$name" "$package/bin/$machine/"; fi
done
chmod +x "$package/bin/flowvet.js"
(cd "$package" && npm version --no-git-tag-version --allow-same-version "$version" > /dev/null)
(cd "$package" && npm pack --silent --pack-destination "$out" > /dev/null)
ls "$out/flowvet-$version.tgz"
