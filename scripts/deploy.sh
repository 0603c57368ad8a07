#!/bin/bash
# deploy.sh FOLDER   puts the plugin, as it ships, into FOLDER/offline_map_areas.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1"
for source in i18n/*.ts; do
  lrelease -silent "$source"
done
told=$(.venv/bin/pb_tool deploy --no-confirm --no-docs --plugin_path "$1") || { echo "$told" >&2; exit 1; }
find "$1/offline_map_areas" -name __pycache__ -prune -exec rm -rf {} +
echo "The plugin is in $1/offline_map_areas."
