"""Shows and edits moments with the widgets of QGIS, by the clock of TZ; run as a process of its own.

`python -m tests.layers.moments FOLDER MOMENTS` writes FOLDER/said.json: what a layer of visits says of each
moment, and of none, in every place.
"""

import json
import os
from pathlib import Path
import re
import sqlite3
import sys

from osgeo import ogr
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsFeatureRequest,
    QgsProject,
    QgsVectorLayerTemporalContext,
)
from qgis.gui import QgsAttributeForm, QgsGui
from qgis.PyQt.QtCore import QDate, QDateTime, QLocale, Qt, QTime
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDateTimeEdit

from plugin.core.offline_map.ready_map import FeatureSource
from plugin.core.web_map import parse_web_map
from plugin.layers.base.temporal import set_map_time
from plugin.layers.features import make_feature_layer

SAID = "said.json"
SERVICE = {
    "fields": [
        {"name": "SEEN", "type": "esriFieldTypeDate", "alias": "Seen"},
        {"name": "DAY", "type": "esriFieldTypeDateOnly"},
    ],
    "timeInfo": {"startTimeField": "SEEN"},
    "drawingInfo": {
        "renderer": {"type": "simple", "symbol": {"type": "esriSMS", "style": "esriSMSCircle", "size": 5}},
        "labelingInfo": [
            {
                "labelExpressionInfo": {"expression": "Text($feature.SEEN, 'YYYY-MM-DD HH:mm')"},
                "symbol": {"type": "esriTS", "color": [0, 0, 0, 255]},
            }
        ],
    },
}
LAYER = {
    "id": "visits",
    "layerType": "ArcGISFeatureLayer",
    "url": "https://example.org/FeatureServer/0",
    "popupInfo": {
        "title": "{SEEN} {DAY}",
        "fieldInfos": [{"fieldName": "SEEN", "format": {"dateFormat": "shortDateShortTime24"}}],
    },
    "layerDefinition": {"definitionExpression": "SEEN IS NULL OR SEEN >= timestamp '2026-03-29 00:30:00'"},
    "formInfo": {
        "formElements": [
            {
                "type": "field",
                "fieldName": "SEEN",
                "inputType": {
                    "type": "datetime-picker",
                    "includeTime": False,
                    "min": 1774744200000,  # 2026-03-29 00:30 UTC
                },
            }
        ]
    },
}


def geopackage(folder, moments):
    """A table with a moment and a day in each row; nothing for None."""
    path = Path(folder) / "visits.gpkg"
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    table = source.CreateLayer("visits", None, ogr.wkbPoint)
    table.CreateField(ogr.FieldDefn("SEEN", ogr.OFTDateTime))
    table.CreateField(ogr.FieldDefn("DAY", ogr.OFTDate))
    for moment in moments:
        feature = ogr.Feature(table.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (1 1)"))
        if moment:
            feature["SEEN"], feature["DAY"] = moment, moment[:10]
        table.CreateFeature(feature)
    return path


def shown_of(layer, feature):
    """A moment in the attribute table, the form, the map tip, the label, and the day in tip and table."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    label = layer.labeling().rootRule().children()[0].settings().fieldName
    form = QgsAttributeForm(layer, feature)
    edit = form.findChildren(QDateTimeEdit)[0]
    return {
        "table": represented(layer, "SEEN", feature),
        "form": edit.text(),
        "tip": " ".join(re.sub("<[^>]+>", " ", tip).split()),
        "label": QgsExpression(label).evaluate(context),
        "day": represented(layer, "DAY", feature),
        "now": QgsExpression("epoch(now())").evaluate(context),
        "allowed": QgsExpression(layer.constraintExpression(index(layer))).evaluate(context),
    }


def too_early(layer):
    """What the form's rule says of the second before the first moment that it allows."""
    feature = QgsFeature(layer.fields())
    first = LAYER["formInfo"]["formElements"][0]["inputType"]["min"]
    feature["SEEN"] = QDateTime.fromMSecsSinceEpoch(first - 1000, Qt.TimeSpec.UTC)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return QgsExpression(layer.constraintExpression(index(layer))).evaluate(context)


def represented(layer, name, feature):
    at = layer.fields().lookupField(name)
    setup = layer.editorWidgetSetup(at)
    formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
    return formatter.representValue(layer, at, setup.config(), None, feature[name])


def in_time(layer, moments):
    """The rows that the temporal controller shows within a second of each moment, by a time slider's span."""
    found = []
    for text in moments:
        at = QDateTime.fromString(text, Qt.DateFormat.ISODate).toMSecsSinceEpoch()
        project = QgsProject()
        span = {"startTime": at - 1000, "endTime": at + 1000}
        set_map_time(project, {"widgets": {"timeSlider": {"properties": span}}}, [])
        context = QgsVectorLayerTemporalContext()
        context.setLayer(layer)
        condition = layer.temporalProperties().createFilterString(
            context, project.timeSettings().temporalRange()
        )
        rows = layer.getFeatures(
            QgsFeatureRequest().setFilterExpression(f"SEEN IS NOT NULL AND ({condition})")
        )
        found.append([row["SEEN"].toString(Qt.DateFormat.ISODate) for row in rows])
    return found


def index(layer):
    return layer.fields().lookupField("SEEN")


def entered(layer, path, number):
    """What stands in the form after 07 was typed for the hour, and what is stored then."""
    layer.startEditing()
    form = QgsAttributeForm(layer, layer.getFeature(number))
    form.show()
    edit = form.findChildren(QDateTimeEdit)[0]
    if edit.text() == "NULL":
        edit.setDateTime(QDateTime(QDate(2026, 7, 1), QTime(1, 0)))  # as its calendar does
    edit.setSelectedSection(QDateTimeEdit.Section.HourSection)
    QTest.keyClicks(edit, "07")
    shown = edit.text()
    saved = form.save() and layer.commitChanges()
    form.hide()
    with sqlite3.connect(path) as file:
        ((stored,),) = file.execute("SELECT SEEN FROM visits WHERE fid = ?", (number,)).fetchall()
    return {
        "form": shown,
        "saved": saved,
        "stored": stored,
        "table": represented(layer, "SEEN", layer.getFeature(number)),
    }


def main(folder):
    application = QgsApplication([], True)
    application.initQgis()
    QgsGui.editorWidgetRegistry().initEditors()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    moments = json.loads(sys.argv[2])
    path = geopackage(folder, [*moments, None])
    (one,) = parse_web_map({"operationalLayers": [LAYER]}, "Visits").layers
    losses = []
    layer = make_feature_layer(one, FeatureSource(path, "visits", SERVICE), losses)
    found = {
        "losses": [loss.text for loss in losses],
        "shown": {feature["fid"]: shown_of(layer, feature) for feature in layer.getFeatures()},
        "in time": in_time(layer, moments),
        "too early": too_early(layer),
        "rule": layer.constraintDescription(index(layer)),
    }
    found["entered"] = [entered(layer, path, number) for number in (len(moments), len(moments) + 1)]
    (Path(folder) / SAID).write_text(json.dumps(found), "utf-8")
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
