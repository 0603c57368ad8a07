"""A portal to measure with: web maps of 16 and of 200 areas, and an area of 2 GB."""

from __future__ import annotations

from pathlib import Path

from tests.bench.tiles import write_packages
from tests.fixtures.town_portal import town_portal
from tests.portal import PortalContent, add_map_area, add_tiles, add_web_map, tiled_layer

_SIDE = 320  # tiles of the large package: 102,400 of about 10 kB
_SERVICE = "https://tiles.example.org/arcgis/rest/services/Large/MapServer"


def crowded_portal(folder: Path) -> tuple[PortalContent, dict[str, str]]:
    """The content, and the ids of its web maps by what they are for."""
    content = town_portal(folder, levels=(12, 13))
    town = next(item for item in content.items.values() if item.json["type"] == "Web Map")
    maps = {"town": town.id}
    picture = town.files["thumbnail/ago_downloaded.png"]
    for count in (16, 200):
        web_map = add_web_map(content, f"{count} areas", [], thumbnail=picture)
        maps[f"areas {count}"] = web_map
        for number in range(count):
            _add_area(content, web_map, number, picture)
    maps["large"] = _add_large(content, folder)
    return content, maps


def _add_area(content: PortalContent, web_map: str, number: int, thumbnail: object) -> None:
    """One square of a chessboard, with a package that is only described."""
    x, y = 1_100_000 + 2_500 * (number % 20), 6_900_000 + 2_500 * (number // 20)
    square = (x, y, x + 2_000, y + 2_000)
    ring = [[x, y], [x, y + 2_000], [x + 2_000, y + 2_000], [x + 2_000, y], [x, y]]
    area = add_map_area(
        content,
        web_map,
        f"District {number + 1}",
        square,
        polygon=[ring],
        snippet=f"Sheet {number + 1} of the survey, with its water mains.",
        thumbnail=thumbnail,
    )
    add_tiles(content, area, b"PK" * 1000, _SERVICE, levels=[9], type="Compact Tile Package")


def _add_large(content: PortalContent, folder: Path) -> str:
    """An area with two packages of a gigabyte each."""
    package, other = write_packages(folder, _SIDE)
    other.unlink()
    services = [_SERVICE, _SERVICE.replace("Large", "Larger")]
    layers = [tiled_layer(name, url) for name, url in zip(("Ground", "Relief"), services)]
    web_map = add_web_map(content, "2 GB", [], basemap=layers)
    area = add_map_area(content, web_map, "Large", (1_100_000, 6_900_000, 1_200_000, 7_000_000))
    for service in services:
        add_tiles(content, area, package, service, levels=[9], type="Compact Tile Package")
    return web_map
