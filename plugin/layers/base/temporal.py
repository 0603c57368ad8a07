"""Time of a web map: which fields of a layer hold it, and which span the map's time slider shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Optional

from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDateTime, QMetaType, Qt

from ...core.json_value import Json, json_object
from ...core.notice import Notice, notice

_TIMES = (QMetaType.Type.QDate, QMetaType.Type.QDateTime)
_UNITS = {
    "esriTimeUnitsMilliseconds": Qgis.TemporalUnit.Milliseconds,
    "esriTimeUnitsSeconds": Qgis.TemporalUnit.Seconds,
    "esriTimeUnitsMinutes": Qgis.TemporalUnit.Minutes,
    "esriTimeUnitsHours": Qgis.TemporalUnit.Hours,
    "esriTimeUnitsDays": Qgis.TemporalUnit.Days,
    "esriTimeUnitsWeeks": Qgis.TemporalUnit.Weeks,
    "esriTimeUnitsMonths": Qgis.TemporalUnit.Months,
    "esriTimeUnitsYears": Qgis.TemporalUnit.Years,
    "esriTimeUnitsDecades": Qgis.TemporalUnit.Decades,
    "esriTimeUnitsCenturies": Qgis.TemporalUnit.Centuries,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def set_layer_time(layer: QgsVectorLayer, json: Json, service_layer: Json, losses: list[Notice]) -> None:
    """Lets QGIS' temporal controller filter a layer by the service's time fields, as the time slider does."""
    time = service_layer.get("timeInfo")
    if not isinstance(time, Mapping) or not time.get("startTimeField"):
        return
    start, end = (_date_field(layer, time.get(key)) for key in ("startTimeField", "endTimeField"))
    if not start or (time.get("endTimeField") and not end):
        losses.append(notice("time", "The fields with the layer's time are not date fields here."))
        return
    if time.get("trackIdField"):
        losses.append(notice("time", "Tracks of moving features are not joined."))
    properties = layer.temporalProperties()
    if end:
        properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeStartAndEndFromFields)
        properties.setEndField(end)
    else:
        properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
    properties.setStartField(start)
    properties.setLimitMode(Qgis.VectorTemporalLimitMode.IncludeBeginIncludeEnd)
    options = json_object(time.get("exportOptions"))
    properties.setAccumulateFeatures(options.get("timeDataCumulative") is True)
    # The author's word goes before the service's default.
    uses = json.get("timeAnimation", options.get("useTime"))
    properties.setIsActive(uses is not False)


def set_map_time(project: QgsProject, web_map: Json, losses: list[Notice]) -> None:
    """The span and the step of the web map's time slider, for the temporal controller."""
    slider = json_object(json_object(web_map.get("widgets")).get("timeSlider"))
    said = json_object(slider.get("properties"))
    extent = json_object(web_map.get("initialState")).get("timeExtent")
    whole = [said.get("startTime"), said.get("endTime")]
    spans = map(_span, (whole, said.get("currentTimeExtent"), extent))
    span = next((found for found in spans if found), None)
    if span is None:
        if said:
            losses.append(notice("time", "The time slider has no time span."))
        return
    settings = project.timeSettings()
    settings.setTemporalRange(span)
    step = json_object(said.get("timeStopInterval"))
    unit, length = _UNITS.get(str(step.get("units"))), step.get("interval")
    if unit is not None and isinstance(length, (int, float)) and 0 < length < 1e9:
        settings.setTimeStepUnit(unit)
        settings.setTimeStep(float(length))
    if said.get("stops") or said.get("numberOfStops"):
        losses.append(notice("time", "The individual stops of the time slider are not kept."))


def _span(pair: object) -> Optional[QgsDateTimeRange]:
    """A span given in milliseconds since 1970 UTC."""
    if not isinstance(pair, list) or len(pair) != 2:
        return None
    moments = [_moment(value) for value in pair]
    if None in moments or moments[0] > moments[1]:
        return None
    return QgsDateTimeRange(*moments)


def _moment(value: object) -> Optional[QDateTime]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        _EPOCH + timedelta(milliseconds=value)
        return QDateTime.fromMSecsSinceEpoch(int(value), Qt.TimeSpec.UTC)
    except (OverflowError, ValueError):
        return None


def _date_field(layer: QgsVectorLayer, name: object) -> str:
    """The layer's spelling of a field that holds dates; empty where there is none."""
    index = layer.fields().lookupField(name) if isinstance(name, str) and name else -1
    field = layer.fields()[index] if index >= 0 else None
    return field.name() if field and QMetaType.Type(field.type()) in _TIMES else ""
