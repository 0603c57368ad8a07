"""Esri's mobile geodatabases: read without Esri software, written as GeoPackage working copies.

What others use:

- `catalogue.open_geodatabase(path) -> MobileGeodatabase`, a context manager: `.tables` (tuple of
  `schema.Table`: name, alias, role, fields, object_id, global_id, geometry, archived, layer_id,
  layer JSON, subtypes, tracking), `.problems` (tables that cannot be read), `.relationships`,
  `.replica` (`replica.Replica` or None), `.service` (JSON), `.table_of_layer(layer_id)`,
  `.table(name)`; `catalogue.check_geodatabase(path)` also checks every page.
- `working_copy.write_working_copy(source, target, feedback) -> WorkingCopy`: `.path`, `.tables`
  (per table: name, layer_id, feature_count, error or None, losses, renamed columns);
  `working_copy.copied_tables(path) -> frozenset[str]`.
- `shape.decode_shapes(blobs, layout, grids) -> ShapeBatch`, `wkb.to_wkb(batch)`,
  `wkb.to_geopackage(batch, srs_id)`; `shape_encoder` the way back.

In a working copy table names are Esri's, the geometry column is `geom`, and `fid` is the row id of
the geodatabase; a field that would collide with those has a suffix.
"""
