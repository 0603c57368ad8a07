"""Tile packages (.tpk, .tpkx, .vtpk) and tile caches: read in place, drawn or copied.

Public interface; everything else in this package serves it.

    tile_package.open_tile_package(path, member="") -> TilePackage
        A context manager: scheme, stored_levels, storage, tile_format, full_extent, metadata,
        is_vector, is_indexed, root; tiles(), tile(), keys(), count(), stored_extent(),
        drawn_extent(), scale_range(), spans(), resource(), legend. `path` is a package,
        a cache folder or its conf.xml; `member` names a package inside an archive (a basemap in an .mmpk).
    routes.choose_route(package, Drawing(gdal_version, qgis_version, drivers, extensions, definition),
        is_reference=False) -> Route: Route.kind (RouteKind), Route.reason (why not native, in English),
        Route.suffix (of the file to make; empty where QGIS opens the package itself).
    convert.to_mbtiles(package, target, feedback) -> Converted
    convert.to_geopackage(package, target, feedback, definition=wkt) -> Converted
    elevation.to_elevation_raster(package, target, feedback, definition=wkt) -> Converted
        For LERC: a .vrt and files named after it, over an index into the package; relative paths
        where the package lies below the folder above the target, so that an offline map can move.
        Converted: path, tiles, outside (tiles beyond the web mercator square, left out), tile_bytes,
        formats, made (vector tiles that the package leaves to their parents), losses. The file appears
        when it is complete. A GeoPackage's one table is geopackage.TILE_TABLE.
    filled.to_filled_raster(package, target, feedback, definition=wkt) -> Converted
        For pictures with holes: a .vrt that enlarges coarser tiles there, over a GeoPackage beside it.
    holes.has_holes(package) -> bool
        True where a coarser level covers what a finer one does not.
    convert.outside_of_square(package) -> int
        How many tiles MBTiles would leave out.
    elevation.can_move(package, target) -> bool
        True where that raster finds its tiles by relative paths.
    style.read_style(package) -> VectorStyle
        The style of a vector tile package and its sprites.

From a route to a layer: NATIVE_RASTER opens the package's path with the gdal provider; MBTILES
`type=mbtiles&url=file:///…` with the wms provider; GEOPACKAGE `GPKG:<path>:tiles` with gdal; FILLED_VRT
and LERC_VRT the .vrt with gdal; NATIVE_VECTOR `type=vtpk&url=…` and VECTOR_MBTILES
`type=mbtiles&url=…` as vector tile layers.

Errors: `BadInput` for paths that cannot be read, `Damaged`, `Unsupported`, `Untrusted` for what is in
them, `StorageError` while writing, `Cancelled`; each names the file.
"""
