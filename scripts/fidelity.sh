#!/bin/bash
# How close our drawing is to ArcGIS' own. First the corpus through our converter; then, where the reference
# renderer can be set up (ORACLE: its folder; node, npm and chromium), pictures of both, beside plain QGIS.
# Its pictures stay in build/fidelity; only numbers go into docs/fidelity.md. OTHER_PYTHON is the Python of
# another QGIS, where there is one: it draws the same, and the page says how far the two differ.
set -euo pipefail
cd "$(dirname "$0")/.."
ORACLE=${ORACLE:-../shared/tools/oracle}
SAMPLES=${SAMPLES:-../shared/samples/webmap/renderers}
OUT=build/fidelity
PYTHON=.venv/bin/python

$PYTHON -m pytest tests/fidelity -q --no-header
if [ ! -d "$ORACLE" ] || [ ! -d "$SAMPLES" ]; then
  echo "fidelity: no reference renderer ($ORACLE) or no samples ($SAMPLES) here: no pictures were compared" >&2
  exit 0
fi

mkdir -p "$OUT/esri"
if [ ! -e "$OUT/oracle/build/chromium.sh" ]; then
  command -v npm >/dev/null || { echo "fidelity: npm is missing: no pictures were compared" >&2; exit 0; }
  mkdir -p "$OUT/oracle"
  cp -r "$ORACLE/." "$OUT/oracle/" && chmod -R u+w "$OUT/oracle"
  "$OUT/oracle/setup.sh" >&2
fi

rm -rf "$OUT/specs" "$OUT/plain" "$OUT/ours"
$PYTHON -m tests.fidelity.probes "$OUT/probes"
for folder in "$SAMPLES" "$OUT/probes"; do
  $PYTHON "$OUT/oracle/mkspecs.py" "$folder" "$OUT/specs"
done
# It fails now and then where the machine is busy; what it cannot draw at all stays undrawn.
for _ in 1 2 3; do
  todo=()
  for spec in "$OUT"/specs/*.json; do
    picture=$PWD/$OUT/esri/$(basename "$spec" .json).png
    [ -e "$picture" ] || todo+=("$PWD/$spec" "$picture")
  done
  [ ${#todo[@]} = 0 ] || (cd "$OUT/oracle/build" && node oracle.mjs "${todo[@]}") >"$OUT/oracle.log" 2>&1 || true
done
export QT_QPA_PLATFORM=offscreen
$PYTHON -m tests.fidelity.draw "$OUT/specs" "$OUT/plain" plain
$PYTHON -m tests.fidelity.draw "$OUT/specs" "$OUT/ours"
rm -rf "$OUT/other"
if [ -n "${OTHER_PYTHON:-}" ]; then
  "$OTHER_PYTHON" -m tests.fidelity.draw "$OUT/specs" "$OUT/other"
fi
for drawn in plain ours; do
  "$OUT/oracle/build/v/bin/python" "$OUT/oracle/score.py" "$OUT/esri" "$OUT/$drawn" >"$OUT/$drawn.txt"
done
$PYTHON -m tests.fidelity.table "$OUT" docs/fidelity.md
