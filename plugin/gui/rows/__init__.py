"""A row of an area: its words, its glyphs and how it is drawn."""
