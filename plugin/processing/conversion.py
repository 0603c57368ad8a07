"""What the two conversion algorithms share: the file to write, and loading what was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterBoolean

from ..core.errors import BadInput
from ..qgis_io.wording import in_words
from .algorithm import Algorithm, advanced, tell_losses

if TYPE_CHECKING:
    from ..core.host import Feedback
    from ..core.offline_map.ready_map import OfflineMap


class ConversionAlgorithm(Algorithm):
    """Base of the algorithms that make one file of another."""

    OUTPUT, LOAD = "OUTPUT", "LOAD"

    suffixes: tuple[str, ...] = ()

    def add_load(self) -> None:
        """LOAD, off by default: a conversion is mostly a step of something larger."""
        load = QgsProcessingParameterBoolean(self.LOAD, self.tr("Add to the open project"), False)
        self.addParameter(advanced(load))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self.paths(parameters, context)

    def paths(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[Path, Path]:
        """Input and output. Raises `BadInput` where the one is not there or the other is not fit."""
        source = Path(self.parameterAsFile(parameters, self.INPUT, context)).absolute()
        target = Path(self.parameterAsFileOutput(parameters, self.OUTPUT, context)).absolute()
        if not source.exists():
            raise BadInput("“{file}” does not exist.", next_step="Choose another file.", file=source.name)
        if target == source or target in source.parents:
            raise BadInput(
                "The output would replace the input “{file}”.",
                next_step="Choose another output file.",
                file=source.name,
            )
        if target.suffix.lower() not in self.suffixes:
            raise BadInput(
                "“{file}” does not end in {suffixes}.",
                next_step="Choose another output file.",
                file=target.name,
                suffixes=" / ".join(self.suffixes),
            )
        return source, target

    def load(self, offline_map: OfflineMap, context: QgsProcessingContext, host: Feedback) -> None:
        """Adds the layers to the open project, dressed as those of an offline map."""
        import tempfile

        from ..core.offline_map.layout import PROJECT_NAME
        from ..layers.open_project.groups import read_groups
        from ..layers.project.project import write_project

        with tempfile.TemporaryDirectory(prefix="offline-map-areas-") as folder:
            project = Path(folder) / PROJECT_NAME
            report = write_project(offline_map, project, host)
            groups = read_groups(project)
        for entry in report.layers:
            if entry.error:
                host.warn(f"{entry.layer.title}: {in_words(entry.error)}")
        tell_losses(report, host)
        self.load_on_completion(groups, context)

    def wants_layers(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool:
        """True when LOAD is on and there is a project."""
        return self.parameterAsBool(parameters, self.LOAD, context) and context.project() is not None
