#!/usr/bin/env bash
# Checks that the library compiles for the browser (wasm32-unknown-unknown), and that everything compiles with the oldest
# Rust version that Cargo.toml declares.
#
#   packaging/wasm.sh [--install]
#
# packaging/wasm-tools.sh says which compilers it needs. With --install, missing compilers are installed: those of Debian
# if the user is root. Checks whose tools are missing are skipped with a message.
set -euo pipefail
cd "$(dirname "$0")/.."
source packaging/wasm-tools.sh
# A separate folder, because another compiler would invalidate the usual build cache.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/wasm

skip() { echo "wasm: skipped $1: $2"; }

if [ "${1:-}" = --install ]; then
  install_oldest
  install_wasm
fi

if has_wasm; then
  wasm_cargo check --quiet --locked --lib --no-default-features
else
  skip "the browser" "$no_wasm"
fi

everything=(check --quiet --locked --lib --bins)
if has_oldest; then
  debian /usr/bin/cargo "${everything[@]}"
elif rustup toolchain list 2> /dev/null | grep -q "^$oldest"; then
  run cargo "+$oldest" "${everything[@]}"
else
  skip "Rust $oldest" "there is neither Debian's rustc-web $oldest nor rustup's toolchain"
fi
