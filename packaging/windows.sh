#!/usr/bin/env bash
# Builds flowvet for Windows on Linux, and prints the path of flowvet.exe. Releases are built on Windows instead; this is
# to test without it.
#
#   packaging/windows.sh [--install] [--debug]
#
# The compiler is that of rustup (`rustup target add x86_64-pc-windows-gnu`), or else Debian's, as packaging/wasm-tools.sh
# finds it. Both need the linker of Debian's package gcc-mingw-w64-x86-64-win32. With --install, what is missing is
# installed: packages of Debian if the user is root. --debug compiles faster, without optimisations.
set -euo pipefail
cd "$(dirname "$0")/.."
source packaging/wasm-tools.sh
target=x86_64-pc-windows-gnu
export CARGO_TARGET_DIR=$PWD/target/windows

fail() {
  echo "windows: $1" >&2
  exit 1
}
has_linker() { command -v x86_64-w64-mingw32-gcc > /dev/null; }
has_compiler() { has_target || { has_oldest && has_source; }; }

install_missing() {
  if ! has_linker && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends gcc-mingw-w64-x86-64-win32; } > /dev/null || true
  fi
  has_compiler || rustup target add "$target" > /dev/null 2>&1 || install_oldest >&2
}

flags=(--quiet --locked --bin flowvet --target "$target")
profile=release
for option; do
  case "$option" in
    --install) install_missing ;;
    --debug) profile=debug ;;
    *) fail "unknown option $option" ;;
  esac
done
if [ "$profile" = release ]; then flags+=(--release); fi
has_linker || fail "there is no x86_64-w64-mingw32-gcc"
has_compiler || fail "there is neither rustup's $target nor Debian's rustc-web $oldest with rust-web-src"
if has_target; then
  run cargo build "${flags[@]}" >&2
else
  debian RUSTC_BOOTSTRAP=1 /usr/bin/cargo build "${flags[@]}" -Zbuild-std=std,panic_unwind >&2
fi
echo "$CARGO_TARGET_DIR/$target/$profile/flowvet.exe"
