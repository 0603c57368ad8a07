"""`python -m tests.portal FOLDER`: serves a folder of packages, or an offline map, until interrupted."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
import signal

from . import PortalStandIn, make_editable, offline_map, packages


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.portal", description=__doc__)
    parser.add_argument("folder", type=Path, help="loose packages, or an offline map with its package.info")
    parser.add_argument("--access", choices=("public", "org", "private"), default="public")
    parser.add_argument("--web-adaptor", default="portal", help="first part of the path; empty for none")
    parser.add_argument("--redirect-data", action="store_true", help="files come from a second origin")
    parser.add_argument("--editable", action="store_true", help="the packages' services can be synchronised")
    parser.add_argument("--tls", action="store_true", help="https with a throw-away certificate")
    chosen = parser.parse_args()
    if (chosen.folder / "package.info").is_file():
        content = offline_map(chosen.folder, access=chosen.access, own_service=chosen.editable)
    else:
        content = packages(chosen.folder, access=chosen.access)
    if chosen.editable:
        make_editable(content)
    # A signal that arrives from here on waits for `sigwait`.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    with PortalStandIn(
        content, web_adaptor=chosen.web_adaptor, redirect_data=chosen.redirect_data, tls=chosen.tls
    ) as portal:
        ready = {
            "portal": portal.url,
            "web_maps": {
                i.id: i.json["title"] for i in content.items.values() if i.json["type"] == "Web Map"
            },
            "user": content.owner,
            "password": content.users[content.owner].password,
        }
        if portal.certificates is not None:
            ready["authority"] = str(portal.certificates.authority)
        print(json.dumps(ready), flush=True)  # noqa: T201 - what the caller waits for
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main()
