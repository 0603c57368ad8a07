"""Single packages, without a map and without a portal, through `openofflinemap`."""

import zipfile

import pytest
from qgis.core import QgsProcessingException, QgsProject


@pytest.mark.parametrize(
    ("sample", "layers"),
    [
        ("geodatabase/LA_Trails.geodatabase", 1),
        ("geodatabase/usa.geodatabase", 3),
        ("tiles/states_filled.tpk", 1),
        ("tiles/Usa.tpkx", 1),
        ("tiles/compactcache", 1),
        ("tiles/compactcache/Conf.xml", 1),
        ("tiles/testvtpk.vtpk", 1),
    ],
)
def test_a_package_opens_as_a_group_and_stays_untouched(run, copied, tmp_path, sample, layers):
    folder, scheme, _ = sample.partition("/Conf.xml")
    package = copied(folder) / "Conf.xml" if scheme else copied(sample)
    there = sorted(path.name for path in package.parent.iterdir())
    result = run("openofflinemap", INPUT=str(package), OUTPUT=str(tmp_path / "work"))
    assert (result["LAYER_ERRORS"], result["TABLE_ERRORS"]) == (0, 0)
    project = QgsProject()
    assert project.read(result["PROJECT"])
    shown = list(project.mapLayers().values())
    assert len(shown) == layers
    assert all(layer.isValid() for layer in shown)
    (group,) = project.layerTreeRoot().findGroups()
    assert group.name() == package.stem
    assert sorted(path.name for path in package.parent.iterdir() if path.name != "work") == there


@pytest.mark.parametrize("sample", ["Usa.tpkx", "states_filled.tpk", "testvtpk.vtpk"])
def test_an_unpacked_package_opens_by_its_folder(run, samples, tmp_path, sample):
    """What an archive that is refused for its names or their number says to do."""
    folder = tmp_path / sample.replace(".", " ")
    with zipfile.ZipFile(samples / "tiles" / sample) as archive:
        archive.extractall(folder)
    result = run("openofflinemap", INPUT=str(folder), OUTPUT=str(tmp_path / "work"))
    project = QgsProject()
    assert project.read(result["PROJECT"])
    assert [layer.isValid() for layer in project.mapLayers().values()] == [True]


def test_what_was_made_is_used_again(run, copied, tmp_path):
    package = copied("geodatabase/LA_Trails.geodatabase")
    inputs = {"INPUT": str(package), "OUTPUT": str(tmp_path / "work")}
    run("openofflinemap", **inputs)
    (copy,) = (tmp_path / "work" / "qgis").glob("*.gpkg")
    made = copy.stat().st_mtime_ns
    run("openofflinemap", **inputs)
    assert copy.stat().st_mtime_ns == made


@pytest.mark.parametrize("name", ["broken.geodatabase", "broken.tpkx", "broken.vtpk"])
def test_a_damaged_package_is_refused_by_name(run, tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing of use")
    with pytest.raises(QgsProcessingException, match=name):
        run("openofflinemap", INPUT=str(tmp_path / name), OUTPUT=str(tmp_path / "work"))
