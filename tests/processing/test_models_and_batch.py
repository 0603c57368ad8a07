"""The algorithms as parts of a model, and row by row as the batch dialog runs them."""

from pathlib import Path

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from tests.portal import CANYONLANDS, CANYONLANDS_AREA

from .conftest import Listener


def child(algorithm, id_, parameters):
    made = QgsProcessingModelChildAlgorithm(f"offlinemapareas:{algorithm}")
    made.setChildId(id_)
    for name, source in parameters.items():
        made.addParameterSources(name, [source])
    return made


def test_a_model_lists_areas_and_takes_them_offline(provider, park, tmp_path):
    value = QgsProcessingModelChildParameterSource.fromStaticValue
    given = QgsProcessingModelChildParameterSource.fromModelParameter
    model = QgsProcessingModelAlgorithm("Night job", "", "nightjob")
    for parameter in (
        QgsProcessingParameterString("MAP", "Map"),
        QgsProcessingParameterString("WHERE", "Where"),
    ):
        model.addModelParameter(parameter, QgsProcessingModelParameter(parameter.name()))
    listing = child("listmapareas", "list", {"PORTAL": value(park.url), "WEB_MAP": given("MAP")})
    model.addChildAlgorithm(listing)
    downloads = child(
        "downloadmapareas",
        "download",
        {
            "PORTAL": value(park.url),
            "WEB_MAP": given("MAP"),
            "AREAS": QgsProcessingModelChildParameterSource.fromChildOutput("list", "OUTPUT"),
        },
    )
    output = QgsProcessingModelOutput("FOLDER", "Folder")
    output.setChildId("download")
    output.setChildOutputName("OUTPUT")
    downloads.setModelOutputs({"FOLDER": output})
    model.addChildAlgorithm(downloads)
    assert any(
        isinstance(definition, QgsProcessingParameterFolderDestination)
        for definition in model.parameterDefinitions()
    )
    inputs = {"MAP": CANYONLANDS, "WHERE": "", "download:FOLDER": str(tmp_path / "maps")}
    results, successful = model.run(inputs, QgsProcessingContext(), Listener())
    assert successful, results
    folder = tmp_path / "maps" / CANYONLANDS_AREA
    assert (folder / "qgis" / "offline_map.qgz").is_file()
    assert results["CHILD_RESULTS"]["download"]["DONE"] == 1


def test_rows_of_a_batch_run_one_after_the_other(in_task_manager, park, tmp_path):
    rows = [
        {"INCLUDE_BASEMAP": True, "OUTPUT": str(tmp_path / "with")},
        {"INCLUDE_BASEMAP": False, "OUTPUT": str(tmp_path / "without")},
    ]
    for row in rows:
        inputs = {"PORTAL": park.url, "WEB_MAP": CANYONLANDS, "MAP_AREA": "Canyonlands", "LOAD": False, **row}
        successful, results = in_task_manager("downloadmaparea", inputs)
        assert successful
        sources = [source for source in results["LAYERS"] if "|layername=" in source]
        assert all(QgsVectorLayer(source, "x", "ogr").isValid() for source in sources)
    assert list(Path(tmp_path / "with" / "p13").glob("*.tpk"))
    assert not list(Path(tmp_path / "without" / "p13").glob("*.tpk"))
