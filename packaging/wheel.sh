#!/usr/bin/env bash
# Builds a wheel that carries the binary for this machine. Needs maturin: `pip install maturin`.
#
#   packaging/wheel.sh [FOLDER]     the wheel goes into FOLDER, dist/ if there is none
set -euo pipefail
out=$(mkdir -p "${1:-dist}" && cd "${1:-dist}" && pwd)
cd "$(dirname "$0")/.."

maturin build --release --quiet --out "$out"
ls "$out"/*.whl
