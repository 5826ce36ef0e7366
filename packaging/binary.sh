#!/usr/bin/env bash
# Builds flowvet for a platform, and prints the path of the binary. Other scripts here pack it.
#
#   packaging/binary.sh [TARGET]
#
# TARGET is a platform as Rust names it. Without it, it is this machine, on Linux with musl if rustup's target and musl-gcc
# (Debian's package musl-tools) are installed: the binary is static and runs on every distribution. Without them, it is linked
# with the static libc of this machine.
set -euo pipefail
cd "$(dirname "$0")/.."

host=$(rustc -vV | sed -n 's/^host: //p')
has_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$1" ]; }

target=${1:-}
if [ -z "$target" ]; then
  target=$host
  musl=${host/-gnu/-musl}
  if has_target "$musl" && command -v musl-gcc > /dev/null; then target=$musl; fi
fi

# flowvet asks no name service, which is what a static glibc cannot do. `.cargo/config.toml` has the flags of other targets.
case "$target" in
  *-linux-gnu) export RUSTFLAGS="${RUSTFLAGS:-} -C target-feature=+crt-static" ;;
esac
cargo build --release --locked --quiet --target "$target" >&2
folder=$(cargo metadata --no-deps --locked --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
suffix=
case "$target" in *windows*) suffix=.exe ;; esac
echo "$folder/$target/release/flowvet$suffix"
