"""Scripts built to harm end quickly, in a translation or in a reason."""

from contextlib import suppress
import time

import pytest

from plugin.core.arcade.fields import FeatureField
from plugin.core.arcade.syntax.tree import NotRead
from plugin.core.arcade.translate import translate
from plugin.core.arcade.values import Kind, quote
from tests.fuzz.words import Fuzzer

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
    "endless loop": "while (true) { var x = 1 }",
    "long loop": "var t = 0; for (var i = 0; i < 1e9; i++) { t += i } t",
    "loops in loops": "var t = ''; "
    + "for (var i = 0; i < 30; i++) {" * 4
    + "t += $feature.s"
    + "}" * 4
    + " t",
    "growing list": "var a = [1]; for (var i in [1,2,3,4,5,6,7,8,9,10]) { a = Splice(a, a) } Count(a)",
    "growing text": "var t = $feature.s; for (var i = 0; i < 40; i++) { t = Replace(t, 'a', t) } t",
    "branches": "var t = ''; " + "if ($feature.n > 1) { t += 'a' } else { t = Upper(t) } " * 60 + "t",
    "breaks": "for (var i = 0; i < 60; i++) { if ($feature.n > i) { break } } " * 3 + "1",
    "list in itself": "var a = []; Push(a, a); a[0][0][0] == null",
    "dictionary in itself": "var d = {}; d.d = d; Text(d.d.d.n)",
    "recursive lists": "function f(a) { Push(a, f(a)); return a } Count(f([]))",
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


def test_a_quick_round_of_fuzzing():
    """What `tests.fuzz.words` does at length."""
    fuzzer = Fuzzer(seed=7)
    for _ in range(300):
        fuzzer.round()
    assert fuzzer.findings == []
    assert fuzzer.counts["script"] == 300
