"""Esri's mobile geodatabases, read without Esri software.

What others use:

- `catalogue.open_geodatabase(path) -> MobileGeodatabase`, a context manager: `.tables` (tuple of
  `schema.Table`: name, alias, role, fields, object_id, global_id, geometry, archived, layer_id,
  layer JSON, subtypes, tracking), `.problems` (tables that cannot be read), `.relationships`,
  `.replica` (`replica.Replica` or None), `.service` (JSON), `.table_of_layer(layer_id)`,
  `.table(name)`; `catalogue.check_geodatabase(path)` also checks every page.
- `layer_json.describe_layer(table, relationships)`: a table in the words of the REST API, what its
  service says completed by the XML definitions; layers are dressed by it.
- `history.pending_edits(geodatabase)`: edits made in the geodatabase itself before it came here.
- `shapes.decoder.decode_shapes(blobs, layout, grids) -> ShapeBatch`, and the way back:
  `shapes.encoder.encode_shapes(batch)`.
"""
