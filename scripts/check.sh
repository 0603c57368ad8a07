#!/bin/bash
# check.sh [lint]   runs every check (or those of the source alone), each to its end, and prints
# one report. Fails when one of them failed.
set -uo pipefail
cd "$(dirname "$0")/.."
export PYTHONDONTWRITEBYTECODE=1

PYTHON=.venv/bin/python
OUT=build/check
REPORT=() FAILED=0

check() { # check TITLE COMMAND...
  local title=$1 began=$SECONDS result=passed
  shift
  printf '\n== %s\n' "$title"
  "$@" || { result=FAILED FAILED=1; }
  REPORT+=("$(printf '%-8s%-34s%5d s' "$result" "$title" $((SECONDS - began)))")
}

package_and_unpack() {
  local archive
  rm -rf $OUT/package && archive=$(scripts/package.sh build) &&
    $PYTHON -m zipfile -e "$archive" $OUT/package && echo "$archive"
}

tests() ( # their files are in memory where that is allowed: a third of the time was waiting for the disk
  rm -rf .qgis-settings
  memory=$(mktemp -d) || exit
  if mount -t tmpfs tmpfs "$memory" 2>/dev/null; then
    export TMPDIR=$memory
    trap 'umount "$memory" && rmdir "$memory"' EXIT
  else
    rmdir "$memory"
  fi
  $PYTHON -m pytest -o tmp_path_retention_policy=failed 2>&1 | tee $OUT/tests.log
)

downloads_with_urllib3_2() {
  local -x PYTHONPATH=$PWD/.venv/urllib3-2
  $PYTHON -c 'import urllib3; exit(not urllib3.__version__.startswith("2."))' &&
    $PYTHON -m pytest -q tests/core/transfer/test_transfer.py tests/core/portal/test_{download,faults}.py \
      tests/qgis_io/test_transport.py
}

mkdir -p $OUT
check "format (ruff)" $PYTHON -m ruff format --check --quiet .
check "lint (ruff)" $PYTHON -m ruff check --quiet .
check "types of the core (mypy)" $PYTHON -m mypy
if [ "${1:-}" != lint ]; then
  check "package" package_and_unpack
  check "plugin repository's scan" $PYTHON scripts/scan.py $OUT/package
  check "tests, with the rules of the house" tests
  check "downloads with urllib3 2" downloads_with_urllib3_2
fi

printf '\n== report\n'
printf '%s\n' "${REPORT[@]}"
[ "${1:-}" = lint ] || grep -E '^=+ .* in [0-9.]+s' $OUT/tests.log
exit $FAILED
