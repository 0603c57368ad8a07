"""The page of the offline maps of this computer."""
