#!/usr/bin/env bash
# Builds a wheel with the binary for a platform. Needs maturin: `pip install maturin`.
#
#   packaging/wheel.sh [FOLDER] [TARGET]     writes the wheel to FOLDER (default: dist)
#
# TARGET is a platform as Rust names it (default: this machine). A binary for musl is static, so its wheel is for all
# distributions of Linux.
set -euo pipefail
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
cd "$(dirname "$0")/.."

arguments=()
case "${2:-}" in
  "") ;;
  *-linux-musl) arguments=(--target "$2" --compatibility manylinux2014 --compatibility musllinux_1_1) ;;
  *) arguments=(--target "$2") ;;
esac
maturin build --release --quiet --out "$out" "${arguments[@]}"
ls "$out"/*.whl
