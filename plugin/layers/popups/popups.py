"""Popups of a web map as map tips and display names of QGIS layers.

A map tip is HTML with expressions in `[% … %]`. The author's HTML comes through an allow-list
(core/popup_html.py); every value is made harmless for the place where it goes. Where something
of the popup cannot be kept, its place says so, and so does the report.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

from ...core.arcade.translate import Parts
from ...core.arcade.values import quote
from ...core.json_value import Json, json_object, json_objects, json_string, object_of, texts_of
from ...core.notice import Notice, notice
from ...core.popup_html import Context, literal, make_safe, split_fields, without_tags
from ..base.accounted import kept, unkept
from ..base.expressions import content_of, folded
from ..base.field_formats import field_format
from ..base.identity import attachments_relation
from ..forms.relations import relation_of
from .popup_values import PopupValues, counted, named

_MOST_ROWS = 400
_INFOS = kept(
    "fieldName label visible isEditable isEditableOnLayer stringFieldOption statisticType tooltip",
    format=kept("places digitSeparator dateFormat timezone"),
)
_MEDIA = kept("type title caption value")
_KEPT = kept(
    "title description showAttachments showLastEditInfo lastEditInfoEnabled",
    fieldInfos=_INFOS,
    # What tools write for themselves begins with a line.
    expressionInfos=kept("name title expression returnType _pos _visible"),
    mediaInfos=_MEDIA,
    relatedRecordsInfo=kept("showRelatedRecords"),
    popupElements=kept(
        "type title description text relationshipId",
        fieldInfos=_INFOS,
        mediaInfos=_MEDIA,
        expressionInfo=kept("expression title returnType"),
    ),
)
# QGIS without WebKit paints nothing behind a tip; one with it does, and does not know this colour.
_PAPER = (
    '<table style="background-color:palette(base)"><tr><td>'
    '<div style="max-width:420px">{}</div></td></tr></table>'
)
_CHARTS = ("barchart", "columnchart", "linechart", "piechart")


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
        expressions = json_objects(popup.get("expressionInfos"))
        self._values = PopupValues(layer, service_layer, losses, expressions, self._infos(popup))

    def title(self) -> str:
        """The popup's title as an expression; empty for none."""
        title = self._popup.get("title")
        if not isinstance(title, str) or not title.strip():
            return ""
        parts = []
        for index, part in enumerate(split_fields(without_tags(title))):
            text = self._values.text(part) if index % 2 else quote(part)
            parts += [text] if text and part else []
        return f"concat({', '.join(parts)})" if parts else ""

    def html(self) -> str:
        """The template of the map tip."""
        title = self._popup.get("title")
        head = f"<h3>{self._values.safe(title)}</h3>" if isinstance(title, str) and title.strip() else ""
        elements = json_objects(self._popup.get("popupElements"))
        body = "".join(self._element(element) for element in elements) if elements else self._classic()
        return _PAPER.format(f"{head}{body}{self._last_edit()}")

    def report_rest(self) -> None:
        """Says which settings had no place."""
        lost = unkept(self._popup, _KEPT) | self._values.lost
        if lost:
            keys = ", ".join(sorted(lost))
            self._losses.append(notice("popup", "Parts of the popup that are not kept: {keys}.", keys=keys))

    # Parts

    def _infos(self, holder: Json) -> list[Json]:
        infos = json_objects(holder.get("fieldInfos"))
        for element in json_objects(self._popup.get("popupElements")) if holder is self._popup else []:
            infos = [*infos, *json_objects(element.get("fieldInfos"))]
        return infos[:_MOST_ROWS]

    def _classic(self) -> str:
        """A popup of the older form: a description, or else the fields; then media and attachments."""
        description = self._popup.get("description")
        if isinstance(description, str) and description.strip():
            body = self._values.safe(description)
        else:
            body = self._table(json_objects(self._popup.get("fieldInfos")))
        media = "".join(self._media(info) for info in json_objects(self._popup.get("mediaInfos")))
        shows_related = object_of(self._popup, "relatedRecordsInfo").get("showRelatedRecords") is True
        attachments = self._attachments() if self._popup.get("showAttachments") is True else ""
        return body + media + attachments + (self._related() if shows_related else "")

    def _element(self, element: Json) -> str:
        """One element of a popup of the newer form."""
        kind = element.get("type")
        heading = self._heading(element.get("title")) + self._paragraph(element.get("description"))
        if kind == "text":
            return self._values.safe(json_string(element.get("text")))
        if kind == "fields":
            own = json_objects(element.get("fieldInfos"))
            return heading + self._table(own or json_objects(self._popup.get("fieldInfos")))
        if kind == "media":
            infos = json_objects(element.get("mediaInfos")) or json_objects(self._popup.get("mediaInfos"))
            return heading + "".join(self._media(info) for info in infos)
        if kind == "attachments":
            return heading + self._attachments()
        if kind == "expression":
            return self._content(element.get("expressionInfo"))
        related = self._related(element.get("relationshipId")) if kind == "relationship" else ""
        if not related:
            self._values.lost.add(f"element {str(kind)[:30]}")
        return heading + related if related else ""

    def _content(self, info: object) -> str:
        """What an Arcade expression gives as the content of an element."""
        script = json_object(info).get("expression")
        form = field_format(None)
        found = content_of(script, self._values.fields, self._losses, form)
        kind = known_part(found, "type") if found else ""
        if found is None or kind not in ("text", "fields", "media"):
            self._values.lost.add("element expression")
            return f"<p>{self._values.shown(None, Context.TEXT)}</p>"
        if kind == "text":
            return self._values.safe_parts(found.get("text", ()))
        if kind == "media":
            self._values.lost.add("media")
        heads = [
            f"<{tag}>{self._values.safe_parts(found[key])}</{tag}>"
            for key, tag in (("title", "h4"), ("description", "p"))
            if key in found
        ]
        rows = [
            _row(self._values.safe_parts(label), self._values.safe_parts(value))
            for label, value in attribute_rows(found)
        ]
        return "".join(heads) + (f"<table>{''.join(rows)}</table>" if rows else "")

    def _heading(self, text: object) -> str:
        return f"<h4>{self._values.safe(text)}</h4>" if isinstance(text, str) and text else ""

    def _paragraph(self, text: object) -> str:
        return f"<p>{self._values.safe(text)}</p>" if isinstance(text, str) and text else ""

    def _table(self, infos: list[Json]) -> str:
        rows = []
        for info in infos[:_MOST_ROWS]:
            if info.get("visible") is False:
                continue
            name = str(info.get("fieldName") or "")
            value = self._values.text(name)
            if value is None and folded(name) not in self._values.expressions:
                continue
            rows.append(_row(literal(self._label(info)), self._values.shown_or_linked(value)))
        return f"<table>{''.join(rows)}</table>" if rows else ""

    def _label(self, info: Json) -> str:
        name = str(info.get("fieldName") or "")
        index = self._layer.fields().lookupField(name)
        alias = self._layer.attributeAlias(index) if index >= 0 else ""
        label = info.get("label") or self._values.expressions.get(folded(name), {}).get("title") or alias
        return label if isinstance(label, str) and label else name

    def _media(self, info: Json) -> str:
        """A chart as a table of its values, a picture as a link: a map tip asks nothing of the network."""
        kind, value = str(info.get("type")), json_object(info.get("value"))
        heading = self._heading(info.get("title")) + self._paragraph(info.get("caption"))
        if kind in _CHARTS:
            self._values.lost.add(f"media {kind}")
            infos = [
                {
                    **next((i for i in self._infos(self._popup) if i.get("fieldName") == name), {}),
                    "fieldName": name,
                    "visible": True,
                }
                for name in texts_of(value, "fields")
            ]
            return heading + self._table(infos)
        self._values.lost.add(f"media {kind[:30]}")
        address = value.get("linkURL") or value.get("sourceURL")
        if not isinstance(address, str):
            return heading
        link = f'<a href="{escape_attribute(address)}">{self._picture_word()}</a>'
        return heading + f"<p>{self._values.compiled(make_safe(link))}</p>"

    def _attachments(self) -> str:
        """How many attachments there are; they are in the feature's form."""
        if self._service.get("hasAttachments") is not True:
            return ""
        word = QCoreApplication.translate("Popups", "Attachments")
        relation = attachments_relation(self._layer)
        return f"<p>{literal(word)}: {counted(relation)}<br>{named(relation, 'ATT_NAME')}</p>"

    def _related(self, wanted: object = None) -> str:
        """How many related records there are, for each relation of the service, or one."""
        stated = [
            one for one in json_objects(self._service.get("relationships")) if wanted in (None, one.get("id"))
        ]
        return "".join(
            f"<p>{literal(str(one.get('name')))}: {counted(relation_of(self._layer, one.get('id')))}</p>"
            for one in stated[:_MOST_ROWS]
            if one.get("role") != "esriRelRoleDestination"
        )

    def _last_edit(self) -> str:
        """Who edited last and when, where the service keeps it and the popup shows it."""
        wanted = self._popup.get("showLastEditInfo") is True or self._popup.get("lastEditInfoEnabled") is True
        tracked = self._service.get("editFieldsInfo")
        if not wanted or not isinstance(tracked, Mapping):
            return ""
        values = [self._values.text(str(tracked.get(key) or "")) for key in ("editDateField", "editorField")]
        shown = " · ".join(self._values.shown(value, Context.TEXT) for value in values if value)
        return f"<p><i>{literal(self._edited_word())}: {shown}</i></p>" if shown else ""

    def _picture_word(self) -> str:
        return QCoreApplication.translate("Popups", "Picture")

    def _edited_word(self) -> str:
        return QCoreApplication.translate("Popups", "Last edited")


def known_part(found: Mapping[str, Parts], key: str) -> str:
    """A text that the script says for every feature."""
    return "".join(known or "" for known, _ in found.get(key, ()))


def attribute_rows(found: Mapping[str, Parts]) -> list[tuple[Parts, Parts]]:
    """Labels and values of the attributes that a script gives, in the order of its fields."""
    values = {
        key.removeprefix("attributes."): parts
        for key, parts in found.items()
        if key.startswith("attributes.")
    }
    labels = {
        known_part(found, key): found.get(key.removesuffix("fieldName") + "label", ())
        for key in found
        if key.startswith("fieldInfos.") and key.endswith(".fieldName")
    }
    names = [name for name in labels if name in values] or list(values)
    return [(labels.get(name) or ((name, ""),), values[name]) for name in names[:_MOST_ROWS]]


def _row(label: str, value: str) -> str:
    return f'<tr><th style="text-align:left;padding-right:8px">{label}</th><td>{value}</td></tr>'


def escape_attribute(text: str) -> str:
    """An address as it stands in HTML, its `{field}` untouched."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
