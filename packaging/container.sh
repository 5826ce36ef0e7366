#!/usr/bin/env bash
# Makes the root file system of the container image from a static Linux binary, without a container engine.
#
#   packaging/container.sh BINARY FOLDER       writes FOLDER/rootfs, which is what packaging/Containerfile describes
#   packaging/container.sh --try FOLDER PATH   checks PATH inside it with chroot, as the image would
#
# `docker build --file packaging/Containerfile FOLDER` makes the image from binaries in FOLDER/amd64 and FOLDER/arm64.
set -euo pipefail

if [ "$1" = --try ]; then
  root=$2/rootfs
  mkdir -p "$root/work"
  cp -R "$3"/. "$root/work"
  cd "$root"
  # The image has no shell and no libc, and does not run as root.
  exec chroot --userspec=65532:65532 "$root" /flowvet check /work --no-config --format github
fi

binary=$1
out=$2
if ldd "$binary" 2>&1 | grep -q '=>'; then
  echo "$binary is not static: nothing in the image provides its libraries" >&2
  exit 1
fi
mkdir -p "$out/rootfs/work"
install -m 755 "$binary" "$out/rootfs/flowvet"
