#!/usr/bin/env bash
# Builds the npm packages: `flowvet`, which starts the binary, and a package with the binary for each platform. npm installs
# only that of the user's machine. Needs node and npm.
#
#   packaging/npm.sh [FOLDER]    writes the tarballs to FOLDER (default: dist)
#
# BINARIES is a folder with a binary for each platform, named as in node: linux-arm64/flowvet, win32-x64/flowvet.exe.
# Without it, there is only a package for this machine.
set -euo pipefail
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
if [ -n "${BINARIES:-}" ]; then BINARIES=$(cd "$BINARIES" && pwd); fi
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [ -z "${BINARIES:-}" ]; then
  BINARIES=$scratch/binaries
  machine=$(node -p '`${process.platform}-${process.arch}`')
  mkdir -p "$BINARIES/$machine"
  cp "$(packaging/binary.sh)" "$BINARIES/$machine/"
fi
cargo metadata --no-deps --locked --format-version 1 > "$scratch/metadata.json"
node packaging/npm/packages.mjs "$scratch/metadata.json" "$BINARIES" "$scratch/packages"
for package in "$scratch"/packages/*/; do
  (cd "$package" && npm pack --silent --pack-destination "$out")
done
