"""The page of the map areas of a web map."""
