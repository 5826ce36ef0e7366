#!/usr/bin/env bash
# Builds flowvet for the browser as a page in one file of at most 4 MiB, target/web/flowvet.html. Needs node.
#
#   packaging/web.sh [--install]
#
# packaging/wasm-tools.sh says which compilers it needs. Debian's also needs a linker: that of a Rust toolchain, or the
# package lld-19. With --install, missing compilers are installed: those of Debian if the user is root.
set -euo pipefail
cd "$(dirname "$0")/.."
source packaging/wasm-tools.sh
export CARGO_TARGET_DIR=$PWD/target/web

fail() {
  echo "web: $1" >&2
  exit 1
}

# rustup's compilers find their linker by themselves.
find_linker() {
  local sysroot linker
  sysroot=$(rustc --print sysroot 2> /dev/null || true)
  for linker in "$sysroot"/lib/rustlib/*/bin/rust-lld wasm-ld-19 wasm-ld; do
    if command -v "$linker"; then return; fi
  done
}

if [ "${1:-}" = --install ]; then install_wasm; fi
has_wasm || fail "$no_wasm"
if ! has_target; then
  linker=$(find_linker)
  if [ -z "$linker" ] && [ "${1:-}" = --install ] && [ "$(id -u)" = 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends lld-19 > /dev/null || true
    linker=$(find_linker)
  fi
  [ -n "$linker" ] || fail "there is no linker for WebAssembly, such as wasm-ld-19 of Debian's package lld-19"
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
fi

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml)
manifest=(--manifest-path web/Cargo.toml --quiet --locked)
wasm_cargo build "${manifest[@]}" --release --package flowvet-web
run cargo run "${manifest[@]}" --package bindgen -- \
  "$CARGO_TARGET_DIR/$target/release/flowvet_web.wasm" "$CARGO_TARGET_DIR/program"
node web/assemble.mjs "$CARGO_TARGET_DIR/program" "$CARGO_TARGET_DIR" "$version"
page=target/web/flowvet.html
[ "$(wc -c < "$page")" -le $((4 * 1024 * 1024)) ] || fail "the page is larger than 4 MiB"
ls "$page"
