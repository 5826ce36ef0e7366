#!/usr/bin/env bash
# Downloads the binary of a release for this machine, checks its SHA-256, and prints its path.
#
#   packaging/download.sh ADDRESS VERSION FOLDER
#
# ADDRESS is that of the releases: https://github.com/<owner>/flowvet/releases/download. Exits with 3 if the release or a
# binary for this machine does not exist, and with 1 if the download is damaged.
set -euo pipefail
address=$1 version=$2 folder=$3

none() {
  echo "there is no binary of flowvet $version for this machine: $1" >&2
  exit 3
}

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
  MINGW*-aarch64 | MSYS*-aarch64) target=aarch64-pc-windows-msvc ;;
  *) none "$(uname -s) on $(uname -m) is not supported" ;;
esac
case "$target" in
  *windows*) archive=flowvet-v$version-$target.zip program=flowvet.exe ;;
  *) archive=flowvet-v$version-$target.tar.gz program=flowvet ;;
esac

get() {
  curl --silent --show-error --fail --location --proto '=https,file' --retry 3 --max-time 120 --output "$folder/$1" \
    "$address/v$version/$1"
}
sum() { if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi; }

mkdir -p "$folder"
get SHA256SUMS || none "$address/v$version/SHA256SUMS could not be downloaded"
expected=$(awk -v name="$archive" '$2 == name { print $1 }' "$folder/SHA256SUMS")
[ -n "$expected" ] || none "SHA256SUMS does not list $archive"
get "$archive" || none "$archive could not be downloaded"
actual=$(sum "$folder/$archive" | cut -d ' ' -f 1)
if [ "$actual" != "$expected" ]; then
  echo "the SHA-256 of $archive is $actual, but SHA256SUMS says $expected" >&2
  exit 1
fi
case "$archive" in
  *.zip) unzip -q -o "$folder/$archive" -d "$folder" ;;
  *) tar -xzf "$folder/$archive" -C "$folder" ;;
esac
echo "$folder/flowvet-v$version-$target/$program"
