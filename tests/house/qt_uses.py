"""Which names of Qt and QGIS a module reads, as far as its text alone can tell."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Optional, Union

FLAGS = (ast.BitOr, ast.BitAnd, ast.BitXor)
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


@dataclass(frozen=True)
class Name:
    """A name in a module: ("qgis.PyQt.QtCore", ("Qt", "AlignmentFlag")); a module alone has no parts."""

    module: str
    parts: tuple[str, ...] = ()

    def __getitem__(self, part: str) -> Name:
        return Name(self.module, (*self.parts, part))

    def __str__(self) -> str:
        return ".".join((self.module, *self.parts))

    @property
    def owner(self) -> Name:
        return Name(self.module, self.parts[:-1])

    @property
    def is_qgis(self) -> bool:
        return self.module.split(".")[0] == "qgis"


@dataclass(frozen=True)
class Instance:
    """An object of these classes of Qt and QGIS, or of a class that inherits them."""

    classes: tuple[Name, ...]


@dataclass(frozen=True)
class Use:
    """One name that is read, and what for.

    `how` is "" or what is done with an enum: "int" counts with it, "flag" joins it to others.
    `of_object` marks an attribute of an object, whose class may be a subclass with more of them.
    """

    line: int
    name: Name
    how: str = ""
    of_object: bool = False


@dataclass(frozen=True)
class Attribute:
    """An attribute of something that the text alone does not tell, and the last word before its dot."""

    line: int
    of: str
    name: str


Meant = Union[Name, Instance, None]


def imports(tree: ast.AST) -> Iterator[tuple[int, str, Name]]:
    """(line, local name, what it stands for) of everything that is imported absolutely."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.split(".")[0]
                yield node.lineno, local, Name(alias.name if alias.asname else local)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                yield node.lineno, alias.asname or alias.name, _imported(node.module, alias.name)


def _imported(module: str, name: str) -> Name:
    if module == "qgis.PyQt" and find_spec(f"{module}.{name}"):
        return Name(f"{module}.{name}")
    return Name(module, (name,))


def own_classes(modules: Iterable[ast.Module]) -> dict[str, Instance]:
    """What an object of each class in these modules inherits of Qt and QGIS, at whatever distance."""
    bases: dict[str, set[Union[Name, str]]] = {}
    for tree in modules:
        named = {local: name for _, local, name in imports(tree) if name.is_qgis}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                words = [base.id for base in node.bases if isinstance(base, ast.Name)]
                bases.setdefault(node.name, set()).update(named.get(word, word) for word in words)

    def inherited(word: str, seen: frozenset[str] = frozenset()) -> set[Name]:
        found: set[Name] = set()
        for base in bases.get(word, set()):
            if isinstance(base, Name):
                found.add(base)
            elif base not in seen:
                found |= inherited(base, seen | {word})
        return found

    return {word: Instance(tuple(sorted(inherited(word), key=str))) for word in bases}


class Reader(ast.NodeVisitor):
    """Collects the `uses` of one module, and the `attributes` of objects whose class it cannot tell."""

    def __init__(self, tree: ast.Module, own: Mapping[str, Instance]) -> None:
        imported = list(imports(tree))
        self.uses = [Use(line, name) for line, _, name in imported if name.is_qgis]
        self.attributes: list[Attribute] = []
        self._names = {local: name for _, local, name in imported if name.is_qgis}
        self._foreign = {local for _, local, name in imported if not name.is_qgis}
        self._own = own
        self._local: ChainMap[str, Meant] = ChainMap()
        self._members: dict[str, Meant] = {}
        constants = [node for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign))]
        self._local.update(self._assigned(ast.Module(constants, []), members=False))
        self.visit(tree)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer = self._local, self._members
        self._local = self._local.new_child({"self": self._own[node.name], "super()": self._own[node.name]})
        self._members = self._assigned(node, members=True)
        self.generic_visit(node)
        self._local, self._members = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        told = {one.arg: self._annotated(one.annotation) for one in arguments if one.arg != "self"}
        outer = self._local
        self._local = outer.new_child({**told, **self._assigned(node, members=False)})
        self.generic_visit(node)
        self._local = outer

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and node.id in self._names:
            self.uses.append(Use(node.lineno, self._names[node.id]))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owner = self._meant(node.value)
        if isinstance(owner, Name):
            self.uses.append(Use(node.lineno, owner[node.attr]))
        elif owner and isinstance(node.ctx, ast.Load):
            self.uses += [Use(node.lineno, one[node.attr], of_object=True) for one in owner.classes]
        elif isinstance(node.ctx, ast.Load) and _first_word(node) not in self._foreign:
            self.attributes.append(Attribute(node.lineno, _last_word(node.value), node.attr))
        if not isinstance(owner, Name):
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "int":
            self._note(node.args, "int")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._note((node.left, node.right), "flag" if isinstance(node.op, FLAGS) else "int")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if any(isinstance(op, ORDER) for op in node.ops):
            self._note((node.left, *node.comparators), "int")
        self.generic_visit(node)

    def _note(self, nodes, how: str) -> None:
        meant = [(node.lineno, self._meant(node)) for node in nodes]
        self.uses += [Use(line, name, how) for line, name in meant if isinstance(name, Name)]

    def _meant(self, node: Optional[ast.expr]) -> Meant:
        """The name of Qt or QGIS that an expression is, or of what classes its value is an object."""
        if isinstance(node, ast.Name):
            return self._local[node.id] if node.id in self._local else self._names.get(node.id)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self" and node.attr in self._members:
                return self._members[node.attr]
            owner = self._meant(node.value)
            return owner[node.attr] if isinstance(owner, Name) else None
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "super":
                return self._local.get("super()")
            return self._class(node.func)
        return None

    def _class(self, node: Optional[ast.expr]) -> Optional[Instance]:
        """What a call of this gives, when it is a class: their names alone begin with a capital letter."""
        if isinstance(node, ast.Name) and node.id in self._own:
            return self._own[node.id]
        name = self._meant(node)
        if isinstance(name, Name) and name.parts and name.parts[-1][0].isupper():
            return Instance((name,))
        return None

    def _annotated(self, node: Optional[ast.expr]) -> Optional[Instance]:
        if isinstance(node, ast.Subscript) and _last_word(node.value) == "Optional":
            node = node.slice
        return self._class(node)

    def _assigned(self, scope: ast.AST, members: bool) -> dict[str, Meant]:
        """The variables of a scope, or the members of `self`; None for one that is not always the same."""
        kinds: dict[str, set[Meant]] = {}
        given = {}
        for node in ast.walk(scope):
            if isinstance(node, ast.AnnAssign):
                given[node.target] = self._annotated(node.annotation)
            elif isinstance(node, ast.Assign):
                given.update(dict.fromkeys(node.targets, self._meant(node.value)))
            if isinstance(getattr(node, "ctx", None), ast.Store):
                word = _stored(node, members)
                if word:
                    kinds.setdefault(word, set()).add(given.get(node))
        return {word: None if more else kind for word, (kind, *more) in kinds.items()}


def _stored(node: ast.AST, members: bool) -> Optional[str]:
    if not members:
        return node.id if isinstance(node, ast.Name) else None
    is_member = isinstance(node, ast.Attribute) and _last_word(node.value) == "self"
    return node.attr if is_member else None


def _last_word(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _first_word(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")
