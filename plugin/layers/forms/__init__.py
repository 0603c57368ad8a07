"""Forms, fields, relations and attachments as QGIS shows them."""
