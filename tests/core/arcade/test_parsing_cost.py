"""What a script is translated to does not keep QGIS busy with reading it."""

import time

import pytest
from qgis.core import QgsExpression

from plugin.core.arcade.fields import FeatureField
from plugin.core.arcade.script.cost import too_long_to_parse
from plugin.core.arcade.syntax.tree import NotRead
from plugin.core.arcade.translate import translate, translate_text
from plugin.core.arcade.values import Kind

FIELDS = {
    "n": FeatureField("n", Kind.NUMBER),
    "s": FeatureField("s", Kind.TEXT),
    "d": FeatureField("d", Kind.DATE),
}


def seconds(text):
    start = time.perf_counter()
    assert not QgsExpression(text).hasParserError()
    return time.perf_counter() - start


@pytest.mark.parametrize(
    "script",
    [
        "Round(DateDiff(Now(), $feature.d, 'years'), 1) + ' years, ' + DateDiff(Now(), $feature.d, 'days')",
        "var a = DateAdd($feature.d, 1, 'months'); IIf(a < Now(), 'since ' + Text(a, 'D MMM Y'), 'no')",
        "var t = ''; for (var i = 0; i < 30; i++) { t += Upper(Trim($feature.s)) + i + $feature.n } t",
        "var t = 0; for (var i = 0; i < 30; i++) { t += Round($feature.n / 3, 2) } t + ' m'",
        "var o = []; for (var i in Split($feature.s, ',')) { Push(o, Proper(i + ' ')) } Concatenate(o, ';')",
    ],
)
def test_useful_scripts_are_read_at_once(script):
    assert seconds(translate(script, FIELDS).text) < 0.3
    assert seconds(translate_text(script, FIELDS)) < 0.3


def test_what_would_take_long_is_refused():
    nested = "Upper(" * 40 + "$feature.s" + ")" * 40
    deep = "'" + "abs(" * 40 + "'"
    assert not too_long_to_parse(deep)
    assert too_long_to_parse("abs(" * 30 + "1" + ")" * 30)
    assert not too_long_to_parse("concat(" * 30 + "1" + ")" * 30)
    with pytest.raises(NotRead, match="too deep"):
        translate(nested, FIELDS)
