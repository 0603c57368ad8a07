"""Popups of a web map as map tips and display names of QGIS layers.

A map tip is HTML with expressions in `[% … %]`. The author's HTML comes through an allow-list
(core/popup_html.py); every value is made harmless for the place where it goes. Where something
of the popup cannot be kept, its place says so, and so does the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from qgis.core import QgsExpression, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from ..core.arcade.field_text import shown_field
from ..core.arcade.translate import shown_text
from ..core.arcade.tree import NotRead
from ..core.arcade.values import quote
from ..core.offline.plan import Notice, notice
from ..core.popup_html import (
    Context,
    Link,
    Piece,
    SafeHtml,
    literal,
    make_safe,
    plain_text,
    split_fields,
)
from .expressions import feature_fields, text_expression_of
from .field_formats import field_format
from .kept import kept, unkept
from .relations import attachments_relation, relation_of

Json = Mapping[str, Any]
_MOST_ROWS = 400
_INFOS = kept(
    "fieldName label visible isEditable isEditableOnLayer stringFieldOption statisticType tooltip",
    format=kept("places digitSeparator dateFormat"),
)
_MEDIA = kept("type title caption value")
_KEPT = kept(
    "title description showAttachments showLastEditInfo lastEditInfoEnabled",
    fieldInfos=_INFOS,
    expressionInfos=kept("name title expression returnType"),
    mediaInfos=_MEDIA,
    relatedRecordsInfo=kept("showRelatedRecords"),
    popupElements=kept("type title description text relationshipId", fieldInfos=_INFOS, mediaInfos=_MEDIA),
)
_CHARTS = ("barchart", "columnchart", "linechart", "piechart")
_HTTP = "^(https?://|mailto:|tel:)"


def set_popup(layer: QgsVectorLayer, json: Json, service_layer: Json, losses: list[Notice]) -> None:
    """Sets map tip and display name from `popupInfo`; `json` is the web map's layer."""
    popup = json.get("popupInfo")
    if not isinstance(popup, Mapping):
        return
    found: list[Notice] = []
    maker = _Popup(layer, popup, service_layer, found)
    title = maker.title()
    if title:
        layer.setDisplayExpression(title)
    layer.setMapTipTemplate(maker.html())
    layer.setMapTipsEnabled(json.get("disablePopup") is not True)
    maker.report_rest()
    losses += {loss.text: loss for loss in found}.values()


class _Popup:
    def __init__(self, layer: QgsVectorLayer, popup: Json, service_layer: Json, losses: list[Notice]) -> None:
        self._layer, self._popup, self._service = layer, popup, service_layer
        self._losses = losses
        self._fields = feature_fields(layer.fields(), service_layer)
        self._formats = {
            _folded(info.get("fieldName")): field_format(info.get("format")) for info in self._infos(popup)
        }
        self._expressions = {
            f"expression/{_folded(info.get('name'))}": info
            for info in _mappings(popup.get("expressionInfos"))
        }
        self._texts: dict[str, Optional[str]] = {}
        self._lost: set[str] = set()

    def title(self) -> str:
        """The popup's title as an expression; empty for none."""
        title = self._popup.get("title")
        if not isinstance(title, str) or not title.strip():
            return ""
        parts = []
        for index, part in enumerate(split_fields(title)):
            text = self._value(part) if index % 2 else quote(part)
            parts += [text] if text and part else []
        return f"concat({', '.join(parts)})" if parts else ""

    def html(self) -> str:
        """The template of the map tip."""
        title = self._popup.get("title")
        head = (
            f"<h3>{self._compiled(plain_text(title))}</h3>"
            if isinstance(title, str) and title.strip()
            else ""
        )
        elements = _mappings(self._popup.get("popupElements"))
        body = "".join(self._element(element) for element in elements) if elements else self._classic()
        return f'<div style="max-width:420px">{head}{body}{self._last_edit()}</div>'

    def report_rest(self) -> None:
        """Says which settings had no place."""
        lost = unkept(self._popup, _KEPT) | self._lost
        if lost:
            keys = ", ".join(sorted(lost))
            self._losses.append(notice("popup", "Parts of the popup that are not kept: {keys}.", keys=keys))

    # Parts

    def _infos(self, holder: Json) -> list[Json]:
        infos = _mappings(holder.get("fieldInfos"))
        for element in _mappings(self._popup.get("popupElements")) if holder is self._popup else []:
            infos = [*infos, *_mappings(element.get("fieldInfos"))]
        return infos[:_MOST_ROWS]

    def _classic(self) -> str:
        """A popup of the older form: a description, or else the fields; then media and attachments."""
        description = self._popup.get("description")
        if isinstance(description, str) and description.strip():
            body = self._compiled(self._safe(description))
        else:
            body = self._table(_mappings(self._popup.get("fieldInfos")))
        media = "".join(self._media(info) for info in _mappings(self._popup.get("mediaInfos")))
        related = self._popup.get("relatedRecordsInfo")
        shows_related = isinstance(related, Mapping) and related.get("showRelatedRecords") is True
        attachments = self._attachments() if self._popup.get("showAttachments") is True else ""
        return body + media + attachments + (self._related() if shows_related else "")

    def _element(self, element: Json) -> str:
        """One element of a popup of the newer form."""
        kind = element.get("type")
        heading = self._heading(element.get("title")) + self._paragraph(element.get("description"))
        if kind == "text":
            text = element.get("text")
            return self._compiled(self._safe(text)) if isinstance(text, str) else ""
        if kind == "fields":
            own = _mappings(element.get("fieldInfos"))
            return heading + self._table(own or _mappings(self._popup.get("fieldInfos")))
        if kind == "media":
            infos = _mappings(element.get("mediaInfos")) or _mappings(self._popup.get("mediaInfos"))
            return heading + "".join(self._media(info) for info in infos)
        if kind == "attachments":
            return heading + self._attachments()
        related = self._related(element.get("relationshipId")) if kind == "relationship" else ""
        if not related:
            self._lost.add(f"element {str(kind)[:30]}")
        return heading + related if related else ""

    def _heading(self, text: object) -> str:
        return f"<h4>{self._compiled(plain_text(text))}</h4>" if isinstance(text, str) and text else ""

    def _paragraph(self, text: object) -> str:
        return f"<p>{self._compiled(plain_text(text))}</p>" if isinstance(text, str) and text else ""

    def _table(self, infos: list[Json]) -> str:
        rows = []
        for info in infos[:_MOST_ROWS]:
            if info.get("visible") is False:
                continue
            name = str(info.get("fieldName") or "")
            value = self._value(name)
            if value is None and not self._is_expression(name):
                continue
            rows.append(
                f'<tr><th style="text-align:left;padding-right:8px">{literal(self._label(info))}</th>'
                f"<td>{self._shown(value, Context.TEXT)}</td></tr>"
            )
        return f"<table>{''.join(rows)}</table>" if rows else ""

    def _label(self, info: Json) -> str:
        name = str(info.get("fieldName") or "")
        expression = self._expressions.get(name.casefold(), {})
        label = info.get("label") or expression.get("title")
        return label if isinstance(label, str) and label else name

    def _media(self, info: Json) -> str:
        """A chart as a table of its values, a picture as a link: a map tip asks nothing of the network."""
        kind, value = str(info.get("type")), info.get("value")
        value = value if isinstance(value, Mapping) else {}
        heading = self._heading(info.get("title")) + self._paragraph(info.get("caption"))
        if kind in _CHARTS:
            self._lost.add(f"media {kind}")
            names = value.get("fields")
            infos = [
                {
                    **next((i for i in self._infos(self._popup) if i.get("fieldName") == name), {}),
                    "fieldName": name,
                    "visible": True,
                }
                for name in (names if isinstance(names, list) else [])
                if isinstance(name, str)
            ]
            return heading + self._table(infos)
        self._lost.add(f"media {kind[:30]}")
        address = value.get("linkURL") or value.get("sourceURL")
        if not isinstance(address, str):
            return heading
        link = f'<a href="{escape_attribute(address)}">{self._picture_word()}</a>'
        return heading + f"<p>{self._compiled(make_safe(link))}</p>"

    def _attachments(self) -> str:
        """How many attachments there are; they are in the feature's form."""
        if self._service.get("hasAttachments") is not True:
            return ""
        word = QCoreApplication.translate("Popups", "Attachments")
        return f"<p>{literal(word)}: {_counted(attachments_relation(self._layer))}</p>"

    def _related(self, wanted: object = None) -> str:
        """How many related records there are, for each relation of the service, or one."""
        stated = [
            one for one in _mappings(self._service.get("relationships")) if wanted in (None, one.get("id"))
        ]
        return "".join(
            f"<p>{literal(str(one.get('name')))}: {_counted(relation_of(self._layer, one.get('id')))}</p>"
            for one in stated[:_MOST_ROWS]
            if one.get("role") != "esriRelRoleDestination"
        )

    def _last_edit(self) -> str:
        """Who edited last and when, where the service keeps it and the popup shows it."""
        wanted = self._popup.get("showLastEditInfo") is True or self._popup.get("lastEditInfoEnabled") is True
        tracked = self._service.get("editFieldsInfo")
        if not wanted or not isinstance(tracked, Mapping):
            return ""
        values = [self._value(str(tracked.get(key) or "")) for key in ("editDateField", "editorField")]
        shown = " · ".join(self._shown(value, Context.TEXT) for value in values if value)
        return f"<p><i>{literal(self._edited_word())}: {shown}</i></p>" if shown else ""

    # Values

    def _safe(self, html: str) -> SafeHtml:
        safe = make_safe(html)
        self._lost |= {f"HTML {what}" for what in safe.lost}
        return safe

    def _compiled(self, safe: SafeHtml) -> str:
        return "".join(self._piece(piece) for piece in safe.pieces)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, Link):
            return self._link(piece)
        return self._shown(self._value(piece.name), piece.context)

    def _link(self, link: Link) -> str:
        parts = []
        for index, part in enumerate(link.parts):
            text = (self._value(part) or "''") if index % 2 else quote(part)
            parts += [text] if part else []
        address = f"concat({', '.join(parts)})"
        return (
            f"[% CASE WHEN regexp_match({address}, {quote(_HTTP)}) THEN {_escaped(address)} ELSE '#' END %]"
        )

    def _shown(self, value: Optional[str], context: Context) -> str:
        """A value in its place: as text with its line breaks, or as harmless letters of a style."""
        if value is None:
            return literal(self._not_available()) if context is Context.TEXT else ""
        if context is Context.STYLE:
            return f"[% regexp_replace({value}, '[^-A-Za-z0-9#:;.,% ]', '') %]"
        escaped = _escaped(value)
        return f"[% replace({escaped}, '\\n', '<br>') %]" if context is Context.TEXT else f"[% {escaped} %]"

    def _value(self, name: str) -> Optional[str]:
        """The text of a field or expression; None, once said, where it is not available."""
        folded = name.strip().casefold()
        if folded not in self._texts:
            self._texts[folded] = self._read(folded)
            if self._texts[folded] is None:
                self._lost.add(f"{{{name.strip()[:50]}}}")
        return self._texts[folded]

    def _read(self, folded: str) -> Optional[str]:
        info = self._expressions.get(folded)
        if info is not None:
            text = text_expression_of(
                info.get("expression"), self._layer.fields(), self._losses, self._service
            )
            # Where Arcade fails, nothing is shown; QGIS would show the expression.
            return f"try({text}, '')" if text and "%]" not in text else None
        field = self._fields.get(folded)
        if field is None or "%]" in field.column:
            return None
        try:
            text = shown_text(shown_field(field, self._formats.get(folded, field_format(None))))
        except NotRead:
            return None
        return None if QgsExpression(text).hasParserError() else text

    def _is_expression(self, name: str) -> bool:
        return name.strip().casefold() in self._expressions

    def _not_available(self) -> str:
        return QCoreApplication.translate("Popups", "(not available offline)")

    def _picture_word(self) -> str:
        return QCoreApplication.translate("Popups", "Picture")

    def _edited_word(self) -> str:
        return QCoreApplication.translate("Popups", "Last edited")


def _counted(relation: str) -> str:
    """The number of records of a relation; a dash where the map does not have their table."""
    return f"[% coalesce(try(relation_aggregate({quote(relation)}, 'count', 1)), '–') %]"


def escape_attribute(text: str) -> str:
    """An address as it stands in HTML, its `{field}` untouched."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _escaped(text: str) -> str:
    """The QGIS expression of a text with its HTML made letters."""
    for mark, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = f"replace({text}, '{mark}', '{name}')"
    return text


def _mappings(value: object) -> list[Json]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _folded(value: object) -> str:
    return str(value).strip().casefold()
