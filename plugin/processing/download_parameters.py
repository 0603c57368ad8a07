"""What the algorithms that download share: the parameters of a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    Qgis,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterString,
    QgsProcessingUtils,
)

from ..core.errors import BadInput
from .algorithm import advanced
from .portal_algorithm import PortalAlgorithm

if TYPE_CHECKING:
    from ..core.download.parameters import Overrides
    from ..core.offline_map.update_mode import UpdateMode

UPDATE_MODE = "UPDATE_MODE"
CONTINUE_ON_ERRORS = "CONTINUE_ON_ERRORS"
INCLUDE_BASEMAP = "INCLUDE_BASEMAP"
REFERENCE_BASEMAP_DIRECTORY = "REFERENCE_BASEMAP_DIRECTORY"
REFERENCE_BASEMAP_FILENAME = "REFERENCE_BASEMAP_FILENAME"
OUTPUT = "OUTPUT"


class DownloadAlgorithm(PortalAlgorithm):
    """Base of the algorithms that download: the parameters of a job, each with its default."""

    def add_download_options(self) -> None:
        """UPDATE_MODE to REFERENCE_BASEMAP_FILENAME."""
        modes = [
            self.tr("Author's default"),
            self.tr("No updates"),
            self.tr("Sync with feature services"),
            self.tr("Scheduled updates"),
            self.tr("Scheduled updates, and upload of new features"),
        ]
        for parameter in (
            QgsProcessingParameterEnum(UPDATE_MODE, self.tr("Update mode"), modes, False, 0),
            QgsProcessingParameterBoolean(
                CONTINUE_ON_ERRORS, self.tr("Continue if a layer or table fails"), True
            ),
            QgsProcessingParameterBoolean(INCLUDE_BASEMAP, self.tr("Include the basemap"), True),
            QgsProcessingParameterFile(
                REFERENCE_BASEMAP_DIRECTORY,
                self.tr(
                    "Reference basemap directory (absolute, or relative to the parent of the offline map)"
                ),
                Qgis.ProcessingFileParameterBehavior.Folder,
                "",
                None,
                True,
            ),
            QgsProcessingParameterString(
                REFERENCE_BASEMAP_FILENAME,
                self.tr("Reference basemap file name (if other than the author's)"),
                None,
                False,
                True,
            ),
        ):
            self.addParameter(advanced(parameter))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        super().check(parameters, context)
        self.output_folder(parameters, context)

    def overrides(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Overrides:
        """The values of those parameters."""
        from ..core.download.parameters import Overrides

        return Overrides(
            update_mode=update_modes()[self.parameterAsEnum(parameters, UPDATE_MODE, context)],
            continue_on_errors=self.parameterAsBool(parameters, CONTINUE_ON_ERRORS, context),
            include_basemap=self.parameterAsBool(parameters, INCLUDE_BASEMAP, context),
            reference_basemap_directory=self.text(parameters, REFERENCE_BASEMAP_DIRECTORY, context),
            reference_basemap_filename=self.text(parameters, REFERENCE_BASEMAP_FILENAME, context),
        )

    def output_folder(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path:
        """The folder that the user chose. Raises `BadInput` for a temporary one."""
        text = self.text(parameters, OUTPUT, context)
        folder = Path(text).absolute()
        # A temporary folder dies with QGIS, and the loaded layers with it.
        temporary = Path(QgsProcessingUtils.tempFolder()).absolute()
        if not text or text == QgsProcessing.TEMPORARY_OUTPUT or temporary in folder.parents:
            raise BadInput(
                "No folder was given for the offline map.", next_step="Choose a new or empty folder."
            )
        return folder


def update_modes() -> tuple[Optional[UpdateMode], ...]:
    """What the numbers of UPDATE_MODE mean; None is the author's default.

    The order is part of the public contract: scripts pass the number.
    """
    from ..core.offline_map.update_mode import UpdateMode

    scheduled = (UpdateMode.SCHEDULED, UpdateMode.SCHEDULED_AND_UPLOAD)
    return (None, UpdateMode.NONE, UpdateMode.SYNC, *scheduled)
