#!/usr/bin/env bash
# Checks the manifests in a folder with their public schemas. Schemas that cannot be downloaded are skipped with a message.
#
#   packaging/check-manifests.sh FOLDER
set -euo pipefail
cd "$1"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

python3 -m venv "$scratch/tools"
"$scratch/tools/bin/pip" install --quiet check-jsonschema

if command -v ruby > /dev/null; then ruby -c flowvet.rb > /dev/null; else echo "skipped flowvet.rb: there is no ruby"; fi
for manifest in flowvet.json winget/*.yaml; do
  # The manifests of winget name their schema. Those of Scoop may not.
  case "$manifest" in
    *.json) schema=https://raw.githubusercontent.com/ScoopInstaller/Scoop/master/schema.json ;;
    *) schema=$(sed -n 's/^# yaml-language-server: \$schema=//p' "$manifest") ;;
  esac
  if ! curl --silent --show-error --fail --location --max-time 30 --output "$scratch/schema.json" "$schema" 2> /dev/null; then
    echo "skipped $manifest: its schema could not be downloaded"
    continue
  fi
  "$scratch/tools/bin/check-jsonschema" --schemafile "$scratch/schema.json" "$manifest"
done
