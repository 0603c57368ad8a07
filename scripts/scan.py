"""scan.py FOLDER: the blocking checks of the QGIS plugin repository, run on an unpacked package.

The repository refuses an upload at the first finding of bandit (whatever its severity) or
detect-secrets. Ids and switches are those of QGIS-Plugins-Website
(plugins/security_scanner.py and plugins/management/commands/data/*_rules.json).
"""

from __future__ import annotations

import json
from pathlib import Path
import subprocess
import sys

TOOLS = Path(sys.executable).parent

# Enabled there: all of bandit_rules.json but B109, B404, B410 and B411. B111 and B320 stand in
# the list too; bandit has dropped them since.
BANDIT_TESTS = (
    [f"B{n}" for n in range(101, 114) if n not in (109, 111)]
    + ["B201", "B202"]
    + [f"B{n}" for n in range(301, 325) if n not in (309, 320, 322)]
    + [f"B{n}" for n in range(401, 414) if n not in (404, 410, 411)]
    + [f"B{n}" for n in range(501, 510)]
    + [f"B{n}" for n in range(601, 616)]
    + [f"B{n}" for n in range(701, 705)]
)
SUSPICIOUS_SUFFIXES = {".exe", ".dll", ".so", ".dylib", ".bat", ".sh", ".ps1", ".cmd"}


def bandit(folder: Path) -> list[str]:
    """One line for each finding of bandit."""
    command = [TOOLS / "bandit", "-r", ".", "-f", "json", "--quiet", "-t", ",".join(BANDIT_TESTS)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or "Unknown test" in done.stderr:
        raise RuntimeError(f"bandit did not run: {done.stderr.strip()}")
    answer = json.loads(done.stdout)
    if answer["errors"]:
        raise RuntimeError(f"bandit could not read: {answer['errors']}")
    return [
        f"{found['filename']}:{found['line_number']}: {found['test_id']} {found['issue_text']}"
        for found in answer["results"]
    ]


def secrets(folder: Path) -> list[str]:
    """One line for each finding of detect-secrets; without asking the network about any."""
    command = [TOOLS / "detect-secrets-hook", "--json", "--no-verify", "--disable-plugin", "IPPublicDetector"]
    files = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    shipped = sorted(name for name in files if not name.endswith("metadata.txt"))
    done = subprocess.run([*command, *shipped], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    results = json.loads(done.stdout)["results"]
    return [f"{name}:{found['line_number']}: {found['type']}" for name in results for found in results[name]]


def suspicious(folder: Path) -> list[str]:
    """One line for each file of a kind that the repository suspects."""
    return [
        f"{path.relative_to(folder)}: a file of this kind is refused"
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUSPICIOUS_SUFFIXES or path.name.startswith(".")
    ]


def main(folder: Path) -> int:
    """Prints every finding; 0 when there is none."""
    if not any(folder.rglob("*.py")):
        print(f"scan: no plugin in {folder}")
        return 1
    findings = bandit(folder) + secrets(folder) + suspicious(folder)
    for finding in findings:
        print(finding)
    print(f"scan: {len(findings)} findings by {len(BANDIT_TESTS)} tests of bandit and by detect-secrets")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
