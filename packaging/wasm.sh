#!/usr/bin/env bash
# Checks that the library compiles for the browser (wasm32-unknown-unknown), and that everything compiles with the oldest
# Rust version that Cargo.toml declares.
#
#   packaging/wasm.sh [--install]
#
# The check for the browser needs either rustup's target (`rustup target add wasm32-unknown-unknown`) or Debian's packages
# rustc-web and rust-web-src in the version that Cargo.toml declares. With --install, missing packages are installed if
# the user is root and has apt-get. Checks whose tools are missing are skipped with a message.
set -euo pipefail
cd "$(dirname "$0")/.."
oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
target=wasm32-unknown-unknown
# A separate folder, because another compiler would invalidate the usual build cache.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/wasm

skip() { echo "wasm: skipped $1: $2"; }
run() {
  echo "+ $*"
  "$@"
}
has_target() { rustup target list --installed 2> /dev/null | grep -qx "$target"; }
has_oldest() { [[ "$(/usr/bin/rustc --version 2> /dev/null)" == "rustc $oldest."* ]]; }
has_source() { [ -d "$(/usr/bin/rustc --print sysroot 2> /dev/null)/lib/rustlib/src/rust/library" ]; }

install() {
  local packages=(rustc-web cargo-web libstd-rust-web-dev rust-web-src)
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends --allow-downgrades "${packages[@]/%/=$oldest.*}"
}

# Uses Debian's compiler instead of that of rustup, which comes first in the path.
debian() { run env RUSTC=/usr/bin/rustc "$@"; }

if [ "${1:-}" = --install ] && ! { has_oldest && has_source; } && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  install > /dev/null || echo "wasm: apt-get could not install Rust $oldest"
fi

library=(check --quiet --locked --lib --no-default-features --target "$target")
if has_oldest && has_source; then
  debian RUSTC_BOOTSTRAP=1 /usr/bin/cargo "${library[@]}" -Zbuild-std=std,panic_abort
elif has_target; then
  run cargo "${library[@]}"
else
  skip "the browser" "there is neither rustup's $target nor Debian's rustc-web $oldest with rust-web-src"
fi

everything=(check --quiet --locked --lib --bins)
if has_oldest; then
  debian /usr/bin/cargo "${everything[@]}"
elif rustup toolchain list 2> /dev/null | grep -q "^$oldest"; then
  run cargo "+$oldest" "${everything[@]}"
else
  skip "Rust $oldest" "there is neither Debian's rustc-web $oldest nor rustup's toolchain"
fi
