"""The GeoPackage that QGIS draws and edits in place of a mobile geodatabase.

What others use:

- `write.write_working_copy(source, target, feedback) -> WorkingCopy`: `.path`, `.tables` (per table:
  name, layer_id, feature_count, error or None, losses as notices);
  `write.copied_tables(path) -> frozenset[str]`; `check.check_working_copy(path, package, feedback)`,
  `check.check_names(path, table)`;
  `subtype_values.find_subtype_values(path)`: where it keeps what fields may hold by subtype.
- `connection.connect_working_copy(path)`: a SQLite connection that can edit a working copy;
  `change_tracking.local_edits(connection)`, `values_before(connection, table, row_id)`,
  `tracking_off(connection)`, and which edits a layer takes: `set_rights(connection, table, rights)`,
  `rights_of(connection)`, with `table_rights.Rights`.
- `batch.take_batch(connection, edits)`, `batch_edits(connection)`, `sent_values(connection, table, row_id)`,
  `settle_batch(connection, accepted)`: the edits that are under way to the server.
- `tracked_table.tracked_tables(connection, geodatabase)`: its tables as synchronisation sees them;
  `feature_json.rows_of(features, table)`, `feature_of(row, table, fields, with_geometry)`: features of the
  REST API and rows; `apply.apply_rows(connection, table, upserts, deletes, feedback) -> Applied`: rows of the
  server, with unsent edits kept on top.
- `tracking_faults.tracking_faults(connection)`, `unknown_triggers(connection)`: are its triggers what they
  must be? `mend_tracking(connection, fault)` puts them, and names, back.
- `wkb_writer.to_wkb(batch)`, `wkb_writer.to_geopackage_blobs(batch, srs_id)`, and the way back:
  `wkb_reader.shapes_from_wkb(…)`.

Tables and fields have Esri's names, but for tables whose names GeoPackage keeps for itself: `table_names`
tells how these are called, and gives tables and relationships with their names in the copy. The geometry
column is `geom`, and `fid` is the row id of the geodatabase; where a field has one of these names, the column
gives way: `fid_2`, `geom_2` or the next that is free (`columns.key_column`, `columns.geometry_column`).
Copies of version 0.1.0 have `fid` and `geom` always, and a field of such a name has a suffix there:
`check.check_names` tells which.
"""
