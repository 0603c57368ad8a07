"""What popups show of a feature, as QGIS expressions made harmless for the place where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Optional

from qgis.core import QgsExpression, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from ...core.arcade.field_text import AS_IT_IS, FieldFormat, shown_field, shown_text
from ...core.arcade.fields import FeatureField, LayerFields
from ...core.arcade.syntax.tree import NotRead
from ...core.arcade.translate import Parts
from ...core.arcade.values import Kind, quote
from ...core.json_value import Json, json_objects
from ...core.notice import Notice
from ...core.popup_html import Context, Link, Piece, SafeHtml, literal, make_safe
from ..base.expressions import feature_fields, folded, text_expression_of
from ..base.field_formats import field_format
from ..base.identity import attachments_relation
from ..forms.relations import relation_of

_HTTP = "^(https?://|mailto:|tel:)"
_ADDRESS = r"^https?://[^\s<>]+$"
_STATISTICS = {
    "sum": "sum", "avg": "mean", "min": "min", "max": "max", "count": "count", "stddev": "stdev",
}  # fmt: skip


class PopupValues:
    """Fields, expressions and related fields of a popup by name; `lost` are those without a value."""

    def __init__(
        self,
        layer: QgsVectorLayer,
        service: Json,
        losses: list[Notice],
        expressions: Sequence[Json],
        infos: Sequence[Json],
    ) -> None:
        self.lost: set[str] = set()
        self.expressions = {f"expression/{folded(info.get('name'))}": info for info in expressions}
        self._layer, self._service, self._losses = layer, service, losses
        self.fields = _with_relations(layer, service)
        self._infos = {folded(info.get("fieldName")): info for info in infos}
        self._texts: dict[str, Optional[str]] = {}

    def text(self, name: str) -> Optional[str]:
        """The text of a field or expression; None, once said, where it is not available."""
        key = folded(name)
        if key not in self._texts:
            self._texts[key] = self._read(key)
            if self._texts[key] is None:
                self.lost.add(f"{{{name.strip()[:50]}}}")
        return self._texts[key]

    def form(self, name: str) -> FieldFormat:
        """How the author wants a field shown."""
        return field_format(self._infos.get(folded(name), {}).get("format"))

    def shown(self, value: Optional[str], context: Context) -> str:
        """A value in its place: as text with its line breaks, or as harmless letters of a style."""
        if value is None:
            return literal(_not_available()) if context is Context.TEXT else ""
        if context is Context.STYLE:
            return f"[% regexp_replace({value}, '[^-A-Za-z0-9#:;.,% ]', '') %]"
        return f"[% {_in_lines(value)} %]" if context is Context.TEXT else f"[% {_escaped(value)} %]"

    def shown_or_linked(self, value: Optional[str]) -> str:
        """As text, or as a link where the whole text is the address of a page."""
        if value is None:
            return literal(_not_available())
        link = f"concat('<a href=\"', {_escaped('@t')}, '\">', {_escaped('@t')}, '</a>')"
        return (
            f"[% with_variable('t', {value}, CASE WHEN regexp_match(@t, {quote(_ADDRESS)})"
            f" THEN {link} ELSE {_in_lines('@t')} END) %]"
        )

    def safe(self, html: str) -> str:
        """The author's HTML, made safe, with its values."""
        safe = make_safe(html)
        self.lost |= {f"HTML {what}" for what in safe.lost}
        return self.compiled(safe)

    def compiled(self, safe: SafeHtml) -> str:
        """Safe HTML with its values."""
        return "".join(self._piece(piece) for piece in safe.pieces)

    def safe_parts(self, parts: Parts) -> str:
        """HTML that an expression puts together: what it adds of its own is text, without tags."""
        html = ""
        for known, text in parts:
            if known is not None:
                html += known
                continue
            name = f"part {len(self._texts)}"
            self._texts[name] = f"try(regexp_replace({text}, '<[^>]*>', ''), '')"
            html += f"{{{name}}}"
        return self.safe(html)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, Link):
            return self._link(piece)
        return self.shown(self.text(piece.name), piece.context)

    def _link(self, link: Link) -> str:
        parts = []
        for index, part in enumerate(link.parts):
            text = (self.text(part) or "''") if index % 2 else quote(part)
            parts += [text] if part else []
        address = f"concat({', '.join(parts)})"
        return (
            f"[% CASE WHEN regexp_match({address}, {quote(_HTTP)}) THEN {_escaped(address)} ELSE '#' END %]"
        )

    def _read(self, key: str) -> Optional[str]:
        info = self.expressions.get(key)
        if info is not None:
            return self._read_expression(key, info)
        field = self._related(key) if key.startswith("relationships/") else self.fields.get(key)
        if field is None or "%]" in field.column:
            return None
        try:
            text = shown_text(shown_field(field, self.form(key)))
        except NotRead:
            return None
        if QgsExpression(text).hasParserError():
            return None
        return f"try({text}, '–')" if field.computed and key.startswith("relationships/") else text

    def _read_expression(self, key: str, info: Json) -> Optional[str]:
        stated = self._infos.get(key, {}).get("format")
        form = field_format(stated)
        if not isinstance(stated, Mapping) or not ("places" in stated or "digitSeparator" in stated):
            form = FieldFormat(AS_IT_IS.number, form.date, form.utc)
        text = text_expression_of(info.get("expression"), self.fields, self._losses, form=form)
        # Where Arcade fails, nothing is shown; QGIS would show the expression.
        return f"try({text}, '')" if text and "%]" not in text else None

    def _related(self, key: str) -> Optional[FeatureField]:
        """`relationships/0/FIELD`, with a statistic of all related records."""
        _, number, name = (*key.split("/", 2), "", "")[:3]
        stated = next(
            (
                one
                for one in json_objects(self._service.get("relationships"))
                if str(one.get("id")) == number and one.get("role") != "esriRelRoleDestination"
            ),
            None,
        )
        info = self._infos.get(key, {})
        statistic = _STATISTICS.get(str(info.get("statisticType")))
        written = str(info.get("fieldName")).split("/", 2)[-1]
        if stated is None or statistic is None or not name:
            return None
        column = '"' + written.replace("\0", "").replace('"', '""') + '"'
        relation = quote(relation_of(self._layer, stated.get("id")))
        computed = f"relation_aggregate({relation}, {quote(statistic)}, {column})"
        return None if "%]" in computed else FeatureField("", Kind.NUMBER, computed=computed)


def _with_relations(layer: QgsVectorLayer, service: Json) -> LayerFields:
    """The fields, and the relations of which the layer is the origin."""
    fields = feature_fields(layer.fields(), service)
    fields.relations = {
        folded(one.get("name")): relation_of(layer, one.get("id"))
        for one in json_objects(service.get("relationships"))
        if one.get("role") != "esriRelRoleDestination"
    }
    fields.attachments = attachments_relation(layer) if service.get("hasAttachments") is True else ""
    return fields


def counted(relation: str) -> str:
    """The number of records of a relation; a dash where the map does not have their table."""
    return f"[% coalesce(try(relation_aggregate({quote(relation)}, 'count', 1)), '–') %]"


def named(relation: str, column: str) -> str:
    """What the records of a relation have in a column, in a row; nothing where there is no such table."""
    name = '"' + column + '"'
    listed = f"relation_aggregate({quote(relation)}, 'concatenate', {name}, ', ', {name})"
    shown = _escaped(f"coalesce(try({listed}), '')")
    return f"[% {shown} %]"


def _in_lines(text: str) -> str:
    return f"replace({_escaped(text)}, '\\n', '<br>')"


def _escaped(text: str) -> str:
    """The QGIS expression of a text with its HTML made letters."""
    for mark, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = f"replace({text}, '{mark}', '{name}')"
    return text


def _not_available() -> str:
    return QCoreApplication.translate("Popups", "(not available offline)")
