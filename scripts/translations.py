"""Brings i18n/*.ts up to date with the code and the forms; translations that stand are kept.

Five kinds of sentences are found, by syntax alone:
    self.tr("…")                          context: the class around it
    translate("Context", "…")             context: as given (a method or function of that name)
    raise SomeError("…", next_step="…")   context: OfflineMapError; the classes are those of
                                          plugin/core/errors.py, the values go in after translation
    notice("code", "…")                   context: Notice; its values go in after translation, too
    <string>…</string> in ui/*.ui         context: the form's class
Line numbers are left out, so that a file changes only with its sentences.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
import sys
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
ERRORS = ROOT / "plugin" / "core" / "errors.py"
ERROR_CONTEXT = "OfflineMapError"

Sentences = dict[tuple[str, str], str]


def error_classes() -> set[str]:
    """The names of the error tree."""
    return {node.name for node in ast.parse(ERRORS.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}


class Finder(ast.NodeVisitor):
    """Collects (context, sentence) of one module; `unclear` are the calls that cannot be read."""

    def __init__(self, errors: set[str]) -> None:
        self.found: list[tuple[str, str]] = []
        self.unclear: list[int] = []
        self._errors = errors
        self._classes: list[str] = []
        self._named: dict[str, list[ast.Constant]] = {}

    def visit_Module(self, node: ast.Module) -> None:
        """Long sentences have a name before they go into a call."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
                for target in inner.targets:
                    if isinstance(target, ast.Name):
                        self._named.setdefault(target.id, []).append(inner.value)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "tr" and self._classes and node.args:
            self._add(self._classes[-1], node.args[0])
        elif name == "translate" and len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
            self._add(str(node.args[0].value), node.args[1])
        elif name == "notice" and len(node.args) > 1:
            self._add("Notice", node.args[1])
        elif name == "__init__" and self._classes and self._classes[-1] in self._errors and node.args:
            self._add(ERROR_CONTEXT, node.args[0])
        elif name in self._errors and node.args:
            self._add(ERROR_CONTEXT, node.args[0])
            for keyword in node.keywords:
                if keyword.arg == "next_step":
                    self._add(ERROR_CONTEXT, keyword.value)
        self.generic_visit(node)

    def _add(self, context: str, node: ast.expr) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            self.found.append((context, node.value))
        elif isinstance(node, ast.IfExp):
            self._add(context, node.body)
            self._add(context, node.orelse)
        elif isinstance(node, ast.Name) and node.id in self._named:
            for sentence in self._named[node.id]:
                self._add(context, sentence)
        elif not isinstance(node, (ast.Name, ast.Attribute)):  # those are in translating functions
            self.unclear.append(node.lineno)


def in_code() -> Iterator[tuple[str, str]]:
    """Every sentence of plugin/."""
    errors = error_classes()
    for path in sorted((ROOT / "plugin").rglob("*.py")):
        finder = Finder(errors)
        finder.visit(ast.parse(path.read_text("utf-8")))
        yield from finder.found
        for line in finder.unclear:
            print(
                f"{path.relative_to(ROOT)}:{line}: not a literal, so it cannot be translated", file=sys.stderr
            )


def in_forms() -> Iterator[tuple[str, str]]:
    """Every sentence of ui/."""
    for path in sorted((ROOT / "ui").glob("*.ui")):
        form = ElementTree.parse(path).getroot()
        context = form.findtext("class", "")
        for string in form.iter("string"):
            if string.text and string.get("notr") != "true":
                yield context, string.text


def read(path: Path) -> Sentences:
    """The translations that a .ts file holds; none when it is not there yet."""
    if not path.exists():
        return {}
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message.findtext("translation", "")
        for context in ElementTree.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


def as_ts(language: str, sentences: Sentences) -> str:
    """The text of a .ts file, sorted."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context in sorted({context for context, _ in sentences}):
        lines += ["<context>", f"    <name>{context}</name>"]
        for (_, source), target in sorted(item for item in sentences.items() if item[0][0] == context):
            state = "" if target else ' type="unfinished"'
            lines.append("    <message>")
            lines.append(f"        <source>{escape(source)}</source>")
            lines.append(f"        <translation{state}>{escape(target)}</translation>")
            lines.append("    </message>")
        lines.append("</context>")
    return "\n".join([*lines, "</TS>", ""])


def main() -> None:
    """Writes every .ts file anew and says what is still to be translated."""
    wanted = {*in_code(), *in_forms()}
    for path in sorted((ROOT / "i18n").glob("*.ts")):
        standing = read(path)
        sentences = {key: standing.get(key, "") for key in wanted}
        language = path.stem.removeprefix("offline_map_areas_")
        path.write_text(as_ts(language, sentences), "utf-8", newline="\n")
        missing = sum(not target for target in sentences.values())
        print(f"{path.name}: {len(sentences)} sentences, {missing} to be translated")


if __name__ == "__main__":
    main()
