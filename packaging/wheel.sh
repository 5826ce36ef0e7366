#!/usr/bin/env bash
# Builds a wheel with the binary for this machine. Needs maturin: `pip install maturin`.
#
#   packaging/wheel.sh [FOLDER]     writes the wheel to FOLDER (default: dist)
set -euo pipefail
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
cd "$(dirname "$0")/.."

maturin build --release --quiet --out "$out"
ls "$out"/*.whl
