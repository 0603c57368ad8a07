"""Fuzzes Arcade, labels and popups: `.venv/bin/python -m tests.fuzz.words [rounds] [seed]`.

Scripts that are recorded are mixed, cut, doubled and nested; labels and popups get values of other types,
texts of megabytes, and such scripts. Each has to end in a second, in what QGIS can parse or in a
reason, and nothing but `NotRead` may come out. Prints counts; ends with 1 on a finding.
"""

from __future__ import annotations

from collections import Counter
import copy
import json
from pathlib import Path
import random
import re
import sys
import time
import traceback
from typing import Any

from qgis.core import Qgis, QgsApplication, QgsExpression, QgsExpressionContext, QgsFeature, QgsVectorLayer

from plugin.core.arcade.syntax.tree import NotRead
from plugin.core.arcade.translate import translate, translate_text
from plugin.layers.base.expressions import feature_fields
from plugin.layers.labels.labels import make_labeling
from plugin.layers.popups.popups import set_popup
from tests.layers.test_members_matter import CLASSIC, DESCRIBED, ELEMENTS, LINES, POINTS, SERVICE

_SLOW = 1.0
_RECORD = Path(__file__).parents[1] / "arcade" / "values.json"
_TOKEN = re.compile(r"\w+|\s+|\"[^\"]*\"|'[^']*'|.", re.DOTALL)
_SPICE = ("(", ")", "[", "]", "{", "}", ";", "for (var i in ", "while (true) {", "return ", "$feature.",
          "null", "\u2028", "\ud800", "\0", "%]", "[%", "💥", "1e999", "function f(x) { return f(x) }", "`${",
          "@v0[0]", "var x = x + x;", "Push(x, x);", "\\", "'")  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, -1, 1e308, float("nan"), "", "x" * 100_000, "{NAME}" * 5_000, [], {}, [[[]]],
    {"type": "text"},
    "<b>" * 10_000, "[% 1 %]", "{[%}", "\0", "\ud800", 2**70,
)  # fmt: skip


def script(chance: random.Random, seeds: list[str]) -> str:
    """A script that somebody might have written on a bad day."""
    tokens = _TOKEN.findall(chance.choice(seeds))
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(tokens) + 1)
        way = chance.randrange(6)
        if way == 0:
            tokens[at:at] = _TOKEN.findall(chance.choice(seeds))
        elif way == 1:
            del tokens[at : at + chance.randint(1, 5)]
        elif way == 2:
            tokens.insert(at, chance.choice(_SPICE))
        elif way == 3:
            tokens[at : at + 3] = tokens[at : at + 3] * chance.choice((2, 5, 300))
        elif way == 4:
            tokens = ["Upper("] * 8 + tokens + [")"] * 8
        else:
            tokens = ["for (var q = 0; q < 9; q++) {", *tokens, "}"]
    return "".join(tokens)[: chance.choice((40, 400, 40_000))]


def damaged(chance: random.Random, value: Any, seeds: list[str]) -> Any:
    """A JSON value with some members of other types, and other scripts."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(1, 4)):
        place, key = value, None
        while isinstance(place, (dict, list)) and place:
            key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
            if not isinstance(place[key], (dict, list)) or not place[key] or chance.random() < 0.2:
                break
            place = place[key]
        if key is not None:
            scripted = key == "expression" and chance.random() < 0.7
            # A copy: a list that comes to hold itself is none that JSON could say.
            place[key] = script(chance, seeds) if scripted else copy.deepcopy(chance.choice(_VALUES))
    return value


class Fuzzer:
    """One run; `findings` are what should not have happened."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.findings: list[str] = []
        record = json.loads(_RECORD.read_text("utf-8"))
        self.seeds = [entry["expression"] for entry in record["answers"]]
        uri = "field=NAME:string&field=KIND:integer&field=SIZE:double&field=BUILT:datetime"
        letters = (
            "field=n:double&field=i:integer&field=s:string&field=t:string&field=d:datetime&field=c:integer"
        )
        self.layer = QgsVectorLayer(f"Point?{uri}&{letters}", "points", "memory")
        self.fields = feature_fields(self.layer.fields(), SERVICE)
        self.feature = QgsFeature(self.layer.fields(), 1)

    def round(self) -> None:
        """One script, and now and then a label class and a popup."""
        source = script(self.chance, self.seeds)
        self._try("script", source, lambda: self._read(source))
        if self.chance.random() < 0.1:
            label = damaged(self.chance, self.chance.choice((POINTS, LINES)), self.seeds)
            kind = Qgis.GeometryType.Point
            self._try("label", label, lambda: make_labeling([label], kind, self.layer.fields(), [], SERVICE))
            popup = damaged(self.chance, self.chance.choice((CLASSIC, DESCRIBED, ELEMENTS)), self.seeds)
            self._try("popup", popup, lambda: self._show(popup))

    def _read(self, source: str) -> None:
        for read in (
            lambda: translate(source, self.fields).text,
            lambda: translate_text(source, self.fields),
        ):
            try:
                text = read()
            except NotRead:
                self.counts["refused"] += 1
                return
            expression = QgsExpression(text)
            if expression.hasParserError():
                raise ValueError(f"no expression of QGIS: {text[:300]}")
            context = QgsExpressionContext()
            context.setFields(self.layer.fields())
            context.setFeature(self.feature)
            expression.evaluate(context)

    def _show(self, popup: Any) -> None:
        losses: list[Any] = []
        set_popup(self.layer, {"popupInfo": popup}, SERVICE, losses)
        for text in re.findall(r"\[%(.*?)%\]", self.layer.mapTipTemplate(), re.DOTALL):
            if QgsExpression(text).hasParserError():
                raise ValueError(f"no expression of QGIS: {text[:300]}")

    def _try(self, kind: str, what: Any, run: Any) -> None:
        self.counts[kind] += 1
        start = time.perf_counter()
        try:
            run()
        except Exception:  # noqa: BLE001 - every one is a finding
            self.findings.append(f"{kind}: {str(what)[:500]!r}\n{traceback.format_exc(limit=-3)}")
        if time.perf_counter() - start > _SLOW:
            self.findings.append(f"{kind} took {time.perf_counter() - start:.1f} s: {str(what)[:500]!r}")


def main(rounds: int, seed: int) -> int:
    """Fuzzes and prints; 1 where something was found."""
    fuzzer = Fuzzer(seed)
    for _ in range(rounds):
        fuzzer.round()
    print(dict(fuzzer.counts), f"{len(fuzzer.findings)} findings")
    for finding in fuzzer.findings[:20]:
        print(finding)
    return 1 if fuzzer.findings else 0


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    sys.exit(main(*(int(one) for one in (*sys.argv[1:], *("2000", "1")[len(sys.argv) - 1 :]))))
