"""The GeoPackage that QGIS draws and edits in place of a mobile geodatabase.

What others use:

- `write.write_working_copy(source, target, feedback) -> WorkingCopy`: `.path`, `.tables` (per table:
  name, layer_id, feature_count, error or None, losses as notices, renamed columns);
  `write.copied_tables(path) -> frozenset[str]`; `check.check_working_copy(path)`;
  `subtype_values.find_subtype_values(path)`: where it keeps what fields may hold by subtype.
- `connection.connect_working_copy(path)`: a SQLite connection that can edit a working copy;
  `change_tracking.local_edits(connection)`, `values_before(connection, table, row_id)`,
  `tracking_off(connection)`, `forget_edits(connection, edits)`, `verify_tracking(connection)`,
  `unknown_triggers(connection)`.
- `wkb_writer.to_wkb(batch)`, `wkb_writer.to_geopackage(batch, srs_id)`, and the way back:
  `wkb_reader.shapes_from_wkb(…)`.

Table names are Esri's, the geometry column is `geom`, and `fid` is the row id of the geodatabase; a
field that would collide with those has a suffix: `columns.renamed_fields(table)` says which, at any time.
"""
