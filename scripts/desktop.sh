#!/bin/bash
# `make desktop`: the plugin in a real QGIS window on a display of its own; pictures in FOLDER/pictures.
# desktop.sh [FOLDER [tour|sync|states|arrival|measure]]
# What is missing for that (Xvfb and xdotool, on Debian as root) is installed once.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v Xvfb >/dev/null || ! command -v xdotool >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    { echo "desktop: install Xvfb and xdotool, then run make desktop again." >&2; exit 1; }
  echo "desktop: installing Xvfb and xdotool" >&2
  export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
  apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null >&2
  apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 install xvfb xdotool </dev/null >&2
fi
exec .venv/bin/python -m tests.desktop "${1:-build/desktop}" "${2:-tour}"
