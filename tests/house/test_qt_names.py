"""The plugin is written for Qt 5 and Qt 6 at once: both know every name of Qt and QGIS in it."""

import ast
from xml.etree import ElementTree

import pytest
from qgis.core import Qgis

from .qt_faults import form_faults, module_faults
from .source import MODULES, ROOT, tree

FORMS = sorted((ROOT / "ui").glob("*.ui"))
IS_OLDEST_QGIS = Qgis.versionInt() // 100 == 340

HEAD = """\
from enum import Enum
from qgis.core import Qgis, QgsMapLayer, QgsProcessing, QgsTask
from qgis.PyQt.QtCore import QEventLoop, QMetaType, Qt, QVariant
from qgis.PyQt.QtWidgets import QAction, QDialog, QFrame, QLabel, QMessageBox
"""


def test_every_name_in_the_modules():
    modules = {str(path.relative_to(ROOT)): tree(path) for path in [*MODULES, ROOT / "__init__.py"]}
    number, faults = module_faults(modules, IS_OLDEST_QGIS)
    assert faults == []
    assert number > 6000


def test_every_name_in_the_forms():
    judged = {path.name: form_faults(ElementTree.parse(path).getroot()) for path in FORMS}
    assert {name: faults for name, (_, faults) in judged.items() if faults} == {}
    assert sum(number for number, _ in judged.values()) > 200


def faults(text, oldest=True):
    head = len(HEAD.splitlines())
    lines = module_faults({"": ast.parse(HEAD + text)}, oldest)[1]
    return [(int(line.split(":")[1]) - head, line.split(": ")[1]) for line in lines]


@pytest.mark.parametrize(
    "text",
    [
        "Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop",
        "int(Qt.ItemDataRole.UserRole) + 1",
        "QAction('Open').triggered.connect(print)",
        "QMetaType.Type.QString",
        "QgsMapLayer.LayerFlag.Private",
        "Qgis.ProcessingSourceType.Vector",
        "class Level(Enum):\n    Critical = 1\nlevel.Critical",
        "class Page(QFrame):\n    NoFrame = 1\n    def show_it(self): self.setFrameShape(self.Shape.NoFrame)",
        "class Page(QDialog):\n    def own(self): return self.own() and self.windowTitle()",
        "def press(event): return event.Reason.Mouse",
        "shape = QFrame.Shape\nshape.NoFrame",
        "def f(label: QLabel):\n    label = label.document()\n    label.clear()",
    ],
)
def test_what_both_know_is_no_fault(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import PyQt5.QtCore", "PyQt5"),
        ("from PyQt6.QtCore import QObject", "PyQt6.QtCore.QObject"),
        ("import sip", "sip"),
        ("from qgis.PyQt.QtCore import QRegExp", "qgis.PyQt.QtCore.QRegExp"),
        ("from qgis.PyQt.QtWidgets import QDesktopWidget", "qgis.PyQt.QtWidgets.QDesktopWidget"),
        ("from qgis.PyQt.QtWebKit import QWebSettings", "qgis.PyQt.QtWebKit.QWebSettings"),
        ("from qgis.core import QgsNoSuchThing", "qgis.core.QgsNoSuchThing"),
        ("from qgis.nothing import Thing", "qgis.nothing.Thing"),
        ("Qt.NoSuchThing", "qgis.PyQt.QtCore.Qt.NoSuchThing"),
        ("Qt.MidButton", "qgis.PyQt.QtCore.Qt.MidButton"),
        ("Qt.MouseButton.MidButton", "qgis.PyQt.QtCore.Qt.MouseButton.MidButton"),
        ("QMetaType.Type.NoSuchThing", "qgis.PyQt.QtCore.QMetaType.Type.NoSuchThing"),
        ("QVariant.Type.Int", "qgis.PyQt.QtCore.QVariant.Type.Int"),
        ("Qt.Alignment()", "qgis.PyQt.QtCore.Qt.Alignment"),
        ("QDialog().exec_()", "qgis.PyQt.QtWidgets.QDialog.exec_"),
        ("QLabel.setMargins", "qgis.PyQt.QtWidgets.QLabel.setMargins"),
        ("def wait(loop: QEventLoop): loop.exec_()", "qgis.PyQt.QtCore.QEventLoop.exec_"),
        ("def wait(loop): loop.exec_()", "loop.exec_"),
        ("def wait(made): made.dialog().exec_()", ".exec_"),
    ],
)
def test_a_name_that_one_of_them_lacks(text, name):
    assert [(line, fault.split(" ")[0]) for line, fault in faults(text)] == [(1, name)]


@pytest.mark.parametrize(
    ("text", "line", "full"),
    [
        ("Qt.AlignLeft", 1, "Qt.AlignmentFlag.AlignLeft"),
        ("QgsTask.CanCancel", 1, "QgsTask.Flag.CanCancel"),
        ("Qgis.Info", 1, "Qgis.MessageLevel.Info"),
        ("QgsMapLayer.VectorLayer", 1, "Qgis.LayerType.Vector"),
        ("q = QMessageBox\nq.Yes", 2, "StandardButton.Yes"),
        ("QLabel('x').NoFrame", 1, "QFrame.Shape.NoFrame"),
        ("class P(QFrame):\n    def f(self): self.setFrameShape(self.NoFrame)", 2, "QFrame.Shape.NoFrame"),
        ("class P(QFrame): pass\nclass R(P):\n    def f(self): super().NoFrame", 3, "QFrame.Shape.NoFrame"),
        (
            "class P:\n    def __init__(self): self.b = QLabel()\n    def f(self): self.b.Box",
            3,
            "QFrame.Shape.Box",
        ),
        ("def f(label: 'QLabel'): label.NoFrame", 1, "an enum that is not named"),
        ("def f(box): box.NoFrame", 1, "an enum that is not named"),
    ],
)
def test_an_enum_that_is_not_named(text, line, full):
    ((where, fault),) = faults(text)
    assert where == line
    assert full in fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("int(Qt.CheckState.Checked)", "is no number"),
        ("Qt.Orientation.Vertical + 1", "is no number"),
        ("Qt.CheckState.Checked > Qt.CheckState.Unchecked", "is no number"),
        ("int(QgsTask.TaskStatus.Running)", "is no number"),
        ("Qt.CheckState.Checked | Qt.CheckState.Unchecked", "cannot be joined"),
    ],
)
def test_an_enum_that_is_taken_for_a_number(text, fault):
    found = faults(text)
    assert found
    assert all(fault in one for _, one in found)


def test_an_enum_by_its_old_name():
    assert "is Qgis.ProcessingSourceType today" in faults("QgsProcessing.SourceType.TypeVector")[0][1]
    assert "is Vector today" in faults("Qgis.ProcessingSourceType.TypeVector")[0][1]
    # A newer QGIS knows newer names, which the oldest one lacks.
    assert faults("QgsProcessing.SourceType.TypeVector", oldest=False) == []


FORM = """<ui><widget class="{}" name="a"><property name="{}">{}</property></widget></ui>"""


@pytest.mark.parametrize(
    ("widget", "shown", "value", "fault"),
    [
        ("QFrame", "frameShape", "<enum>QFrame::NoFrame</enum>", None),
        ("QFrame", "frameShape", "<enum>QFrame::NoSuchThing</enum>", "QFrame.NoSuchThing"),
        ("QLabel", "alignment", "<set>Qt::AlignLeft|Qt::AlignNowhere</set>", "Qt.AlignNowhere"),
        # PyQt6 completes the names that Qt Designer writes; this one it would write with its own class.
        ("QLabel", "frameShape", "<enum>QLabel::NoFrame</enum>", "QLabel.NoFrame"),
        ("QDesktopWidget", "enabled", "<bool>true</bool>", "QDesktopWidget"),
        ("QLabel", "margins", "<number>1</number>", "QLabel.setMargins"),
    ],
)
def test_a_form_that_one_of_them_cannot_read(widget, shown, value, fault):
    found = form_faults(ElementTree.fromstring(FORM.format(widget, shown, value)))[1]
    assert any(fault in one for one in found) if fault else found == []
