"""Scripts built to harm end quickly, in a translation or in a reason."""

from contextlib import suppress
import time

import pytest

from plugin.core.arcade.fields import FeatureField
from plugin.core.arcade.translate import translate
from plugin.core.arcade.tree import NotRead
from plugin.core.arcade.values import Kind, quote

FIELDS = {"n": FeatureField("n", Kind.NUMBER), "s": FeatureField("s", Kind.TEXT)}
HOSTILE = {
    "long": "1" * 100_000,
    "many tokens": "1+" * 7_000 + "1",
    "deep brackets": "(" * 5_000 + "1" + ")" * 5_000,
    "deep lists": "[" * 5_000 + "]" * 5_000,
    "deep not": "!" * 5_000 + "true",
    "deep minus": "- " * 5_000 + "1",
    "deep templates": "`${" * 1_000 + "1" + "}`" * 1_000,
    "deep members": "$feature" + ".a" * 5_000,
    "deep if": "if(true){" * 1_000 + "1" + "}" * 1_000,
    "long else": "if($feature.n>1){1}" + "else if($feature.n>2){2}" * 400,
    "many returns": "if($feature.n>1){return 1}" * 800,
    "returns in returns": "if($feature.n>1){if($feature.n>2){return 1}}" * 60,
    "doubling": "var x=$feature.s;" + "x=x+x;" * 60 + "x",
    "doubling texts": "var x='aa';" + "x=Upper(x+x);" * 60 + "x",
    "doubling cases": "var x=$feature.n;" + "x=IIf(x>1,x,'a');" * 40 + "x",
    "recursion": "function f(x){return f(x)} f(1)",
    "mutual": "function f(x){return g(x)} function g(x){return f(x)+f(x)} f(1)",
    "wide recursion": "function f(x){return [f(x),f(x),f(x)]} f(1)",
    "open text": '"' + "\\" * 20_000,
    "open comment": "/*" * 10_000,
    "open template": "`" + "$" * 20_000,
    "escapes": '"' + "\\u0041" * 5_000 + '"',
    "numbers": "9" * 400 + "e" + "9" * 400,
    "infinite": "1e999",
    "hexadecimal": "0x" + "f" * 2_000,
    "wide list": "[" + "1," * 2_900 + "1]",
    "array index": "[1][1e308]",
    "modulo": "1 % 0",
    "surrogates": '"\\ud800"',
    "nul": '"a\\u0000b"',
    "unicode names": "vär x = 1",
    "words": "return return return",
    "commas": "f(,)",
    "marks": "=" * 3_000,
    "rounding": "Round(1, 1e300)",
    "places": "Text(1, '#." + "0" * 3_000 + "')",
    "mask": "Text(1, '" + "#" * 20_000 + "x')",
    "lone return": "return",
    "nothing": "",
    "blank": " \n\t ",
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(10)
def test_hostile_scripts_end_in_a_text_or_a_reason(script):
    start = time.monotonic()
    with suppress(NotRead):
        assert len(translate(script, FIELDS).text) <= 24_000
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    "script", ["1 +", "(", "var", "if", "function f(", "`${", "'", "$", "#", "\x00", "}{", "a b"]
)
def test_broken_scripts_have_a_reason(script):
    with pytest.raises(NotRead):
        translate(script, FIELDS)


def test_texts_cannot_leave_their_quotes():
    assert quote("it's") == "'it''s'"
    assert quote("a\\' || x") == "'a\\\\'' || x'"
    # In a template, %] would end the expression.
    assert "%]" not in quote("100%] <script>")


def test_columns_cannot_leave_their_quotes():
    fields = {"s": FeatureField('s" || "x', Kind.TEXT)}
    assert translate("$feature.s", fields).text == '"s"" || ""x"'
