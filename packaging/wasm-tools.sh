# For packaging/wasm.sh, packaging/web.sh and .ci/web, which source it: finds a compiler for the browser
# (wasm32-unknown-unknown).
#
# That is rustup's (`rustup target add wasm32-unknown-unknown`), or else Debian's packages rustc-web and rust-web-src in the
# version that Cargo.toml declares. Debian's has to compile the standard library, too, which takes a minute.
oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
target=wasm32-unknown-unknown

run() {
  echo "+ $*"
  "$@"
}
has_target() { rustup target list --installed 2> /dev/null | grep -qx "$target"; }
has_oldest() { [[ "$(/usr/bin/rustc --version 2> /dev/null)" == "rustc $oldest."* ]]; }
has_source() { [ -d "$(/usr/bin/rustc --print sysroot 2> /dev/null)/lib/rustlib/src/rust/library" ]; }

# Installs Debian's packages if they are missing, the user is root and there is apt-get.
install_oldest() {
  if { has_oldest && has_source; } || [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then return; fi
  local packages=(rustc-web cargo-web libstd-rust-web-dev rust-web-src)
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends --allow-downgrades "${packages[@]/%/=$oldest.*}"; } > /dev/null ||
    echo "wasm: apt-get could not install Rust $oldest"
}

# Installs a compiler for the browser if there is none.
install_wasm() {
  if has_wasm || rustup target add "$target" > /dev/null 2>&1; then return; fi
  install_oldest
}

# Uses Debian's compiler instead of that of rustup, which comes first in the path.
debian() { run env RUSTC=/usr/bin/rustc "$@"; }

no_wasm="there is neither rustup's $target nor Debian's rustc-web $oldest with rust-web-src"
has_wasm() { has_target || { has_oldest && has_source; }; }

# Runs a command of cargo for the browser: `wasm_cargo check --lib`.
wasm_cargo() {
  if has_target; then
    run cargo "$@" --target "$target"
  else
    debian RUSTC_BOOTSTRAP=1 /usr/bin/cargo "$@" --target "$target" -Zbuild-std=std,panic_abort
  fi
}
