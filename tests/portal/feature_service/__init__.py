"""Feature services that are edited, replicated and synchronised; see `tests.portal`."""

from .behaviour import Behaviour
from .book import Misuse
from .filling import source_layers
from .layers import GEOMETRY, Grid, SourceLayer
from .service import FeatureServiceStandIn

__all__ = ["GEOMETRY", "Behaviour", "FeatureServiceStandIn", "Grid", "Misuse", "SourceLayer", "source_layers"]
