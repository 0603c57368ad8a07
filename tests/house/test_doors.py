"""The Makefile's targets: listed, and each with something behind it."""

import os
import re
import subprocess

from .source import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())


def test_help_lists_every_target():
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^make ([\w-]+)", done.stdout, re.MULTILINE)) == TARGETS
    assert set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE)) == TARGETS


def test_what_the_targets_call_is_there():
    for script in set(re.findall(r"scripts/[\w.]+", MAKEFILE)) | {".ci/run"}:
        assert (ROOT / script).is_file(), script
        assert script.endswith(".py") or os.access(ROOT / script, os.X_OK), script
    for module in re.findall(r"-m (tests[\w.]*)", MAKEFILE):
        path = ROOT / module.replace(".", "/")
        assert (path / "__main__.py").is_file() or path.with_suffix(".py").is_file(), module


def test_the_readme_and_contributing_name_targets_that_exist():
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text("utf-8")
        named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)\b(?=[`\s]|$)", text))
        assert named - {"git"} <= TARGETS, document


def test_contributing_tells_of_every_target_once():
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `make ([\w-]+)`", table, re.MULTILINE)) == sorted(TARGETS)


def test_shell_scripts_stop_at_the_first_error():
    for script in (ROOT / "scripts").glob("*.sh"):
        assert re.search(r"^set -e?uo? pipefail", script.read_text("utf-8"), re.MULTILINE), script.name
