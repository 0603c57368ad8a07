"""What the documents name is there: files, modules, links, and the functions on the way of a byte."""

import ast
import re

import pytest

from .source import PLUGIN, ROOT, tree

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = ("plugin/", "tests/", "scripts/", "docs/", "ui/", "i18n/", "resources/")
SUFFIXES = (".py", ".sh", ".md", ".cfg", ".toml")


def named_paths(text: str) -> set[str]:
    """The paths in backticks, patterns included, that lead into the repository."""
    spans = re.findall(r"`([\w./*-]+)`", text)
    return {span for span in spans if span.startswith(FOLDERS) or span.endswith(SUFFIXES)}


def places(path: str) -> list:
    """What a path means, from the root or from plugin/."""
    return [*ROOT.glob(path), *PLUGIN.glob(path)]


def byte_steps() -> list[str]:
    """The steps of *How a byte travels*."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.split("## How a byte travels\n", 1)[1].split("\n## ", 1)[0]
    return re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]


def defined(path) -> set[str]:
    """The functions, classes and methods of a module, a method as `Class.method`, too."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(document):
    text = document.read_text("utf-8")
    assert {path for path in named_paths(text) if not places(path)} == set()
    modules = {name.replace(".", "/") for name in re.findall(r"-m (tests[\w.]*)", text)}
    assert {name for name in modules if not places(f"{name}.py") + places(f"{name}/__main__.py")} == set()
    links = re.findall(r"\]\(([^)#:]+)[)#]", text)
    assert {link for link in links if not (document.parent / link).exists()} == set()


def test_paths_are_seen():
    text = "`plugin/gone.py`, `core/gone.py`, `i18n/*.po`, `gone.md`, `pictures/`, `a b.py`, plugin/plain.py"
    assert named_paths(text) == {"plugin/gone.py", "core/gone.py", "i18n/*.po", "gone.md"}


@pytest.mark.parametrize("step", byte_steps(), ids=lambda step: step.split("**")[1])
def test_the_functions_on_the_way_of_a_byte_are_there(step):
    modules = [place for path in named_paths(step) for place in places(path)]
    named = set(re.findall(r"`([A-Za-z_]+(?:\.[a-z_]+)?)`", step)) - {"downloadmaparea", "downloadmapareas"}
    assert named
    assert named <= set().union(*map(defined, modules))


def test_no_module_names_a_document_that_is_not_here():
    """A source outside of the repository is named so that anyone can find it."""
    here = {path.name for path in [*DOCUMENTS, ROOT / "CHANGELOG.md"]}
    named = {}
    for path in PLUGIN.rglob("*.py"):
        lost = set(re.findall(r"[\w-]+\.md\b", path.read_text("utf-8"))) - here
        named |= {str(path.relative_to(ROOT)): lost} if lost else {}
    assert named == {}
