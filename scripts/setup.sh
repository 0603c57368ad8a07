#!/bin/bash
# Makes a machine ready for every target of the Makefile. Idempotent, asks nothing.
# On Debian 12 a missing QGIS is installed from the distribution's own backports;
# elsewhere QGIS >= 3.40 with its Python bindings has to be there already.
set -euo pipefail
cd "$(dirname "$0")/.."

PYTHON=/usr/bin/python3
VENV=.venv
# qgis brings qgis_process; gdal-bin the independent readers of the tests; fonts labels without boxes.
PACKAGES="qgis python3-qgis python3-venv python3-requests python3-numpy gdal-bin zip fonts-dejavu-core qttools5-dev-tools"

# Without their dependencies. PyPI's urllib3 would shadow the one that the system's requests was built for.
# Of PyQt6 the tests read the stubs alone, without any Qt 6; those of 6.12.0 are not valid Python.
ALONE=(types-requests==2.33.0.20261030 PyQt6==6.11.0)
# What newer systems bring, for the tests of downloads: a folder that only PYTHONPATH lays before the system's own.
NEWER_HTTP=(requests==2.34.2 urllib3==2.8.0)

say() { printf '%s\n' "$*" >&2; }
fail() { say "setup: $*"; exit 1; }

has_qgis() {
  command -v qgis_process >/dev/null && "$PYTHON" - <<'PY' >/dev/null 2>&1
import sys, numpy, requests, venv, ensurepip
from osgeo import gdal
from qgis.core import Qgis
sys.exit(Qgis.QGIS_VERSION_INT < 34000)
PY
}

has_tools() {
  command -v ogr2ogr >/dev/null && command -v zip >/dev/null && command -v lrelease >/dev/null
}

# The machine's own mirror and key, with the backports suite added: no other source is named.
# Debian writes its sources in stanzas, or in the older one-line form.
add_backports() {
  local added=/etc/apt/sources.list.d/bookworm-backports stanza line
  stanza=$(awk -v RS= '/(^|\n)Suites:[^\n]*bookworm([ \n]|$)/ {
    gsub(/(^|\n)#[^\n]*/, ""); sub(/Suites:[^\n]*/, "Suites: bookworm-backports"); print; exit }' \
    /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
  line=$(sed -n 's/^\(deb .*\) bookworm main.*/\1 bookworm-backports main/p;T;q' /etc/apt/sources.list 2>/dev/null || true)
  if [ -n "$stanza" ]; then
    printf '%s\n' "$stanza" > $added.sources
  elif [ -n "$line" ]; then
    printf '%s\n' "$line" > $added.list
  else
    fail "no source of Debian 12 in /etc/apt/sources.list or sources.list.d/debian.sources, so that its backports cannot be found."
  fi
  # Only QGIS comes from backports: GDAL, Qt and the rest stay at the release's versions.
  printf 'Package: src:qgis\nPin: release n=bookworm-backports\nPin-Priority: 700\n' \
    > /etc/apt/preferences.d/qgis-from-backports
}

install_packages() {
  local codename=""
  [ ! -r /etc/os-release ] || codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  [ "$codename" = bookworm ] ||
    fail "on this system install QGIS 3.40 or newer with qgis_process and its bindings for $PYTHON, the Python packages requests, numpy and venv, and the programs ogr2ogr, zip and lrelease; then run make again."
  [ "$(id -u)" = 0 ] || fail "run make as root once, so that it can install these Debian packages: $PACKAGES"
  say "setup: installing QGIS 3.40 and tools from Debian (some minutes, once)"
  add_backports
  export DEBIAN_FRONTEND=noninteractive TZ=Etc/UTC LC_ALL=C.UTF-8
  apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null >&2
  # shellcheck disable=SC2086 # one word per package
  apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    install $PACKAGES </dev/null >&2
  has_qgis || fail "the packages were installed, but QGIS 3.40 with its Python bindings does not load with $PYTHON."
  has_tools || fail "the packages were installed, but ogr2ogr, zip or lrelease is still not found."
}

make_venv() {
  local want stamp=$VENV/.requirements
  want=$(cat requirements-dev.txt && echo "${ALONE[@]}" "${NEWER_HTTP[@]}" && "$PYTHON" -V)
  [ -x $VENV/bin/python ] && [ -f $stamp ] && [ "$(cat $stamp)" = "$want" ] && return
  say "setup: making the virtual environment"
  rm -rf $VENV
  # The system's site packages hold PyQGIS, GDAL and numpy; none of them may come from PyPI beside them.
  "$PYTHON" -m venv --system-site-packages $VENV
  $VENV/bin/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt >&2
  $VENV/bin/python -m pip install -q --disable-pip-version-check --no-deps "${ALONE[@]}" >&2
  $VENV/bin/python -m pip install -q --disable-pip-version-check --target $VENV/urllib3-2 "${NEWER_HTTP[@]}" >&2
  printf '%s\n' "$want" > $stamp
}

{ has_qgis && has_tools; } || install_packages
make_venv
