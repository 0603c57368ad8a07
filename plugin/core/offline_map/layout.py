"""Every name that an offline map has on disk.

<folder>/
  package.info                 what an ArcGIS app reads first
  p13/mobile_map.mmap .marea   the documents of the map, beside its packages
  qgis/                        working copies, drawn copies of tiles, the project
  pictures/                    pictures that symbols name by URL
  manifest.json  report.json
<folder>.partial/              the same while it grows, with job.json
<folder>.delete/               what was removed and waits to be swept
"""

from __future__ import annotations

PACKAGE_INFO = "package.info"
PACKAGE_FOLDER = "p13"
MAP_NAME = "mobile_map"
WORK_FOLDER = "qgis"
PROJECT_NAME = "offline_map.qgz"
PICTURE_FOLDER = "pictures"
MANIFEST_NAME = "manifest.json"
REPORT_NAME = "report.json"
JOB_NAME = "job.json"

GEODATABASE_SUFFIX = ".geodatabase"
TILE_SUFFIXES = (".tpk", ".tpkx", ".vtpk")

PARTIAL = ".partial"
SET_ASIDE = ".delete"
UNPACKING = ".unpacking"
