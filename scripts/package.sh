#!/bin/bash
# package.sh FOLDER   builds FOLDER/offline_map_areas.<version>.zip, byte for byte the same from the same source.
# RELEASE=1 refuses to build while metadata.txt still names placeholders.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${RELEASE:-}" = 1 ] && placeholders=$(grep -E '^(author|email|homepage|repository|tracker)=.*example\.org' metadata.txt); then
  printf 'package: no release with placeholders in metadata.txt; replace these first:\n%s\n' "$placeholders" >&2
  exit 1
fi

version=$(sed -n 's/^version=//p' metadata.txt)
mkdir -p "$1"
folder=$(realpath "$1")
archive=$folder/offline_map_areas.$version.zip
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT

scripts/deploy.sh "$staging" >/dev/null
# One date, one order, no owner: what makes two archives of one source differ.
find "$staging" -exec touch -d '1980-01-01 00:00:00 UTC' {} +
chmod -R u=rwX,go=rX "$staging"
rm -f "$archive"
(cd "$staging" && find offline_map_areas -type f | LC_ALL=C sort | TZ=UTC zip -X -q -@ "$archive")
echo "$archive"
