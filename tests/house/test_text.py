"""Text from outside is only text: what shows it where more than letters is read goes through one door.

Tool tips and questions guess whether a text is HTML, the message bar takes all for HTML, QGIS evaluates names
in legends: `core/untrusted/text.py` and `as_html` of `qgis_io/wording.py` are the doors. Pictures have theirs
in `core/untrusted/picture.py`.
"""

import ast
import re

from .source import MODULES, PLUGIN, ROOT, name_of, tree

# Which argument is shown, by the name of the method.
GUESSING = {
    "setToolTip": 0,
    "setStatusTip": 0,
    "setWhatsThis": 0,
    "setInformativeText": 0,
    "setDetailedText": 0,
    "showText": 1,
    "question": 2,
    "warning": 2,
    "information": 2,
    "critical": 2,
}
# Names that QGIS evaluates in legends, or puts into HTML of its own.
NAMING = {
    "addGroup": 0,
    "setFieldAlias": 1,
    "QgsLayerTreeGroup": 0,
    "QgsRendererRange": -1,
    "QgsRendererCategory": 2,
    "QgsVectorLayer": 1,
    "setDescription": 0,
}
WORDS = ("tr", "translate")  # sentences of our own, without values


def called(node):
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def calls(path):
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def is_harmless(argument):
    """A text of our own, or one that went through the door; `tool_tip` takes each of its parts through it."""
    if isinstance(argument, ast.Call):
        return called(argument) in (*WORDS, "inert", "as_html", "tool_tip")
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Name) and argument.id.isupper())


def unmarked(modules, methods):
    found = []
    for path in modules:
        for node in calls(path):
            at = methods.get(called(node))
            if (
                at is not None
                and node.args
                and len(node.args) > max(at, 0)
                and not is_harmless(node.args[at])
            ):
                found.append(f"{name_of(path)}: {ast.unparse(node.args[at])}")
    return sorted(found)


def within(*places):
    return [path for path in MODULES if any(path.is_relative_to(PLUGIN / place) for place in places)]


def test_tool_tips_and_questions_show_letters():
    assert unmarked(within("gui", "processing", "main.py"), GUESSING) == [
        # Words of our own, made by the line above or by whoever calls.
        "gui/connections/box.py: tip",
        "gui/rows/area_delegate.py: text",
    ]


def test_tool_tips_of_lists_show_letters():
    for path in within("gui"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values):
                    if isinstance(key, ast.Attribute) and key.attr == "ToolTipRole":
                        assert isinstance(value, ast.Lambda), name_of(path)
                        assert is_harmless(value.body), name_of(path)
            if isinstance(node, ast.Call) and called(node) == "setItemData":
                assert is_harmless(node.args[1]), name_of(path)


def test_names_in_projects_show_letters():
    assert unmarked(within("layers"), NAMING) == [
        # A translation; another with the name of a group that is there; what a project of ours holds already.
        "layers/forms/attachments.py: title",
        "layers/open_project/groups.py: _free_title(root, f'{basemap.title}: {group.name()}')",
        "layers/open_project/groups.py: child.title",
    ]


def test_every_text_of_the_message_bar_is_written_as_html():
    for path in MODULES:
        for node in calls(path):
            if called(node) in ("pushMessage", "createMessage") and len(node.args) > 1:
                assert called(node.args[1]) == "as_html", f"{name_of(path)}:{node.lineno}"


def test_every_question_box_is_plain():
    for path in MODULES:
        text = path.read_text("utf-8")
        if re.search(r"\bQMessageBox\(", text):
            assert "setTextFormat(Qt.TextFormat.PlainText)" in text, name_of(path)


def is_link(argument):
    """HTML of our own: a link around words that are ours, or escaped."""
    return "<a href=" in ast.unparse(argument)


def test_every_label_is_plain_but_links():
    for path in within("gui"):
        made = [node for node in calls(path) if called(node) == "QLabel"]
        if any(not (node.args and is_link(node.args[0])) for node in made):
            assert "setTextFormat(Qt.TextFormat.PlainText)" in path.read_text("utf-8"), name_of(path)


def test_labels_of_forms_that_code_fills_are_plain():
    plain, all_labels = set(), set()
    for form in (ROOT / "ui").glob("*.ui"):
        for found in re.finditer(
            r'<widget class="QLabel" name="(\w+)">(.*?)</widget>', form.read_text(), re.S
        ):
            all_labels.add(found[1])
            if "Qt::PlainText" in found[2]:
                plain.add(found[1])
    for path in within("gui"):
        for node in calls(path):
            if called(node) == "setText" and isinstance(node.func.value, ast.Attribute):
                name = node.func.value.attr
                if name in all_labels - plain:
                    assert is_harmless(node.args[0]) or is_link(node.args[0]), ast.unparse(node)


def test_pictures_from_outside_are_read_in_one_place():
    """Whoever lets Qt guess what bytes are gets drawings read, and the files that they name."""
    readers = re.compile(r"\b(QImageReader|QImage\.fromData|QPixmap\.loadFromData|QMovie|QSvgRenderer)\(")
    found = {name_of(path) for path in MODULES if readers.search(path.read_text("utf-8"))}
    # The second draws what was judged; the others draw what we write ourselves.
    assert found == {
        "qgis_io/images.py",
        "layers/symbols/pictures.py",
        "layers/symbols/drawings.py",
        "gui/rows/glyphs.py",
    }


def test_text_of_sqlite_is_storable():
    text = (PLUGIN / "core" / "untrusted" / "sqlite_file.py").read_text("utf-8")
    assert "text_factory = lambda raw: storable(" in text


def test_json_from_outside_is_read_in_one_place():
    """`json.loads` takes halves of characters, and what no project can hold."""
    found = {
        name_of(path)
        for path in MODULES
        for node in calls(path)
        if ast.unparse(node.func) in ("json.loads", "json.load")
    }
    assert found - {"core/untrusted/json_text.py"} <= {"qgis_io/authentication.py"}  # QGIS' own settings
