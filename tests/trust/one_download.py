"""`python -m tests.trust.one_download PORTAL WEB_MAP AREA OUTPUT`: takes an area offline.

Prints what `take_offline` returns, as a line of JSON.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
import sys
import traceback
from typing import NamedTuple, Optional

from plugin.core.errors import OfflineMapError
from tests.core.scene import job_at, run


class Wanted(NamedTuple):
    """An area of a web map on a running portal."""

    portal: str
    web_map: str
    area: str


def take_offline(wanted: Wanted, output: Path) -> tuple[Optional[str], str]:
    """Code and sentence of the error, “traceback” for what is none of ours; no code where all went well."""
    try:
        # Packages one after the other, so that the calls of two runs are the same.
        run(job_at(wanted.portal, output, wanted.area, web_map=wanted.web_map, threads=1))
    except OfflineMapError as error:
        return error.code, str(error)
    except Exception:  # noqa: BLE001 - whatever it is, it is what the caller looks for
        return "traceback", traceback.format_exc()
    return None, ""


if __name__ == "__main__":
    print(json.dumps(take_offline(Wanted(*sys.argv[1:4]), Path(sys.argv[4]))), flush=True)
    os._exit(0)  # pools of threads may still wait
