#!/bin/bash
# Proves the portal stand-in faithful: a client that nobody here wrote uses it (scripts/peer/peer.py).
set -euo pipefail
cd "$(dirname "$0")/.."

VENV=build/peer-venv
stamp=$VENV/.requirements
if ! cmp -s scripts/peer/requirements.txt "$stamp"; then
  echo "peer: making the environment of the ArcGIS API for Python (once)" >&2
  rm -rf "$VENV"
  mkdir -p build
  /usr/bin/python3 -m venv "$VENV"
  "$VENV/bin/pip" install -qq --disable-pip-version-check --no-deps -r scripts/peer/requirements.txt >&2
  cp scripts/peer/requirements.txt "$stamp"
fi
PYTHONPATH=. exec "$VENV/bin/python" scripts/peer/peer.py
