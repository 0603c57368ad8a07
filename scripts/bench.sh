#!/bin/bash
# Times the plugin beside its peers, on the same files in the same run, and prints the tables.
# Takes `--scale 0.1` for what can be smaller. Not part of `make check`: it takes minutes and wants a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."

PEERS=build/bench-venv
if ! $PEERS/bin/python -c "import tpkutils, rasterio" 2>/dev/null; then
  /usr/bin/python3 -m venv --clear $PEERS
  $PEERS/bin/python -m pip install -q --disable-pip-version-check tpkutils==0.8.2 rasterio==1.4.4
fi
mkdir -p build/bench

echo "== mobile geodatabase to GeoPackage, beside ogr2ogr"
.venv/bin/python -m tests.bench.geodatabase --keep build/bench/geodatabase "$@"
echo "== tile packages, beside a file copy, tpkutils, gdal_translate and MBTiles"
.venv/bin/python -m tests.bench.tiles --keep build/bench/tiles \
  --tpkutils $PEERS/bin/python --gdal $PEERS/bin/python
echo "== raster packages with holes, beside one without"
.venv/bin/python -m tests.bench.holes
echo "== edits to a feature service, changes from there, bulk edits, a check"
.venv/bin/python -m tests.bench.sync --keep build/bench/sync "$@"
echo "== changes into a working copy, beside bare statements"
.venv/bin/python -m tests.bench.sync_apply --keep build/bench/sync
echo "== the dock in a window of QGIS: start, first row, event loop"
scripts/desktop.sh build/bench/desktop measure
