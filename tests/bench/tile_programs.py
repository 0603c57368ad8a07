"""What the bench of tile packages runs in processes of their own; each prints its figures."""

# Each prints its seconds, how many KiB its peak grew over the start, and its CPU seconds.
MEASURED = """
import sys, time
from pathlib import Path
def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
def measure(work):
    before, began, cpu = peak(), time.perf_counter(), time.process_time()
    work()
    print(time.perf_counter() - began, peak() - before, time.process_time() - cpu)
"""
CONVERT = (
    MEASURED
    + """
from plugin.core.tiles import convert
from plugin.core.tiles.tile_package import open_tile_package
def work():
    with open_tile_package(Path(sys.argv[2])) as package:
        getattr(convert, sys.argv[1])(package, Path(sys.argv[3]))
# To free the pages of an older file costs as much as to read the package.
Path(sys.argv[3]).unlink(missing_ok=True)
measure(work)
"""
)
TPKUTILS = (
    MEASURED
    + """
from tpkutils import TPK
def work():
    package = TPK(sys.argv[1])
    package.to_mbtiles(sys.argv[2])
    package.close()
measure(work)
"""
)
TRANSLATE = (
    MEASURED
    + """
import rasterio, rasterio.shutil
def work():
    rasterio.shutil.copy(sys.argv[1], sys.argv[2], driver="MBTILES", TILE_FORMAT="JPEG")
measure(work)
"""
)
# From the package to the first picture: what a user waits for, the first time and after.
FIRST = """
import sys, time
from pathlib import Path
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle
from qgis.PyQt.QtCore import QSize
application = QgsApplication([], False)
application.initQgis()
from plugin.core.host import Silent
from plugin.core.offline_map.single_package import map_of_tiles
from plugin.core.offline_map.prepare import tile_source
from plugin.layers.tiles.tiles import make_tile_layer
from plugin.qgis_io.drawing import running_drawing
package, folder, x, y, side = Path(sys.argv[1]), Path(sys.argv[2]), *map(float, sys.argv[3:])
started = time.perf_counter()
source = tile_source(package, folder, running_drawing(), Silent())
layer = make_tile_layer(map_of_tiles(source, "", folder).maps[0].layers[0].layer, source, [])
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(layer.crs())
settings.setOutputSize(QSize(1024, 1024))
settings.setExtent(QgsRectangle(x, y - side, x + side, y))
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
assert len({image.pixel(x, y) for x in range(0, 1024, 8) for y in range(0, 1024, 8)}) > 1, "blank"
print(time.perf_counter() - started)
"""
DRAW = """
import sys, time
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsRasterLayer, QgsRectangle
from qgis.core import QgsVectorTileLayer
from qgis.PyQt.QtCore import QSize
application = QgsApplication([], False)
application.initQgis()
kind, source, x, y, side, views = sys.argv[1], sys.argv[2], *map(float, sys.argv[3:])
started = time.perf_counter()
layer = QgsVectorTileLayer(source, "") if kind == "vector" else QgsRasterLayer(source, "", kind)
assert layer.isValid(), source
for view in range(int(views)):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(1024, 1024))
    settings.setExtent(QgsRectangle(x + view * side, y - side, x + (view + 1) * side, y))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    if not view:
        image = job.renderedImage()
        assert len({image.pixel(x, y) for x in range(0, 1024, 8) for y in range(0, 1024, 8)}) > 1, "blank"
        print(time.perf_counter() - started)
print(time.perf_counter() - started)
"""
