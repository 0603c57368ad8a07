"""Esri's mobile geodatabases: read without Esri software, written as GeoPackage working copies.

What others use:

- `catalogue.open_geodatabase(path) -> MobileGeodatabase`, a context manager: `.tables` (tuple of
  `schema.Table`: name, alias, role, fields, object_id, global_id, geometry, archived, layer_id,
  layer JSON, subtypes, tracking), `.problems` (tables that cannot be read), `.relationships`,
  `.replica` (`replica.Replica` or None), `.service` (JSON), `.table_of_layer(layer_id)`,
  `.table(name)`; `catalogue.check_geodatabase(path)` also checks every page.
- `working_copy.write_working_copy(source, target, feedback) -> WorkingCopy`: `.path`, `.tables`
  (per table: name, layer_id, feature_count, error or None, losses as notices, renamed columns);
  `working_copy.copied_tables(path) -> frozenset[str]`;
  `subtype_values.find_subtype_values(path)`: where it keeps what fields may hold by subtype.
- `layer_json.describe_layer(table, relationships)`: a table in the words of the REST API, what its
  service says completed by the XML definitions; layers are dressed by it.
- `editing.connect_working_copy(path)`: a SQLite connection that can edit a working copy;
  `change_tracking.local_edits(connection)`, `values_before(connection, table, row_id)`,
  `tracking_off(connection)`, `forget_edits(connection, edits)`, `verify_tracking(connection)`,
  `unknown_triggers(connection)`; `history.pending_edits(geodatabase)`: edits made in the
  geodatabase itself before it came here.
- `shape.decode_shapes(blobs, layout, grids) -> ShapeBatch`, `wkb.to_wkb(batch)`,
  `wkb.to_geopackage(batch, srs_id)`; the way back: `wkb_reader.shapes_from_wkb(…)`,
  `shape_encoder.encode_shapes(batch)`.

In a working copy table names are Esri's, the geometry column is `geom`, and `fid` is the row id of
the geodatabase; a field that would collide with those has a suffix: `columns.renamed(
columns.plan_columns(table))` says which, at any time.
"""
