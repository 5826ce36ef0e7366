# For .ci/browser and .ci/web, which source it: Chromium, and the npm packages that use it.
#
#   prepare_browser FOLDER TEST    installs the packages in FOLDER, and exports CHROMIUM and CHROMIUM_FLAGS; ends the
#                                  script with a message if TEST cannot run
skip() {
  echo "skipped $1: $2"
  exit 0
}

prepare_browser() {
  command -v npm > /dev/null || skip "$2" "there is no npm"
  if ! command -v chromium > /dev/null && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
      > "$1/log" 2>&1 || true
  fi
  CHROMIUM=$(command -v chromium) || skip "$2" "there is no Chromium"
  npm install --silent --no-audit --no-fund --prefix "$1" playwright-core@1.65.1 axe-core@4.14.1 > "$1/log" 2>&1 ||
    skip "$2" "playwright-core and axe-core could not be installed"
  CHROMIUM_FLAGS="--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
--disable-component-update --disable-sync"
  export CHROMIUM CHROMIUM_FLAGS
}
