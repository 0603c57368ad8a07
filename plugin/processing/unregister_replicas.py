"""The algorithm `unregisterreplicas`: replicas that nobody needs any more."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterString,
)

from ..core.errors import BadInput
from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import notice_in_words
from .algorithm import errors_in_words
from .replica_algorithm import ReplicaAlgorithm


class UnregisterReplicas(ReplicaAlgorithm):
    """Ends replicas by their ids."""

    SECTION = "copies-and-what-services-keep"
    REPLICA, UNREGISTERED = "REPLICA", "UNREGISTERED"

    def name(self) -> str:
        return "unregisterreplicas"

    def displayName(self) -> str:
        return self.tr("Unregister replicas")

    def tags(self) -> list[str]:
        return self.tr("arcgis,portal,offline,map area,sync,replica,unregister").split(",")

    def shortDescription(self) -> str:
        return self.tr("Removes replicas of yours from feature services.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Removes replicas that are no longer needed from feature services. An offline map that "
            "still uses one keeps its edits, and is registered again when it is next updated. Do not "
            "unregister the replica of a package: the package could no longer be updated.\n\n"
            "Portal URL, web map, offline map: as for “List replicas”.\n"
            "Replicas: the values that “List replicas” shows in “replica”; separate several by commas, "
            "semicolons or new lines, or give them as a JSON list.\n\n"
            "Unregistered replicas: the number of replicas removed."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_replica_parameters()
        self.addParameter(QgsProcessingParameterString(self.REPLICA, self.tr("Replicas"), multiLine=True))
        self.addOutput(QgsProcessingOutputNumber(self.UNREGISTERED, self.tr("Unregistered replicas")))

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        super().check(parameters, context)
        self._references(parameters, context)

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.replicas import unregister_replicas

        with errors_in_words():
            references = self._references(parameters, context)
            folder = self.folder(parameters, context)
            with self.asked(folder, feedback) as (portal, here, around):
                gone, notices = unregister_replicas(
                    portal.url, references, here, around, HostFeedback(feedback)
                )
        for entry in notices:
            feedback.pushWarning(notice_in_words(entry))
        return {self.UNREGISTERED: gone}

    def _references(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[str]:
        """Raises `BadInput` for what names no replica."""
        from ..core.update.replicas import replica_in
        from .several_values import several_values

        references = several_values(self.parameterAsString(parameters, self.REPLICA, context))
        if not references:
            raise BadInput("No replica was given.", next_step="Enter one as shown by “List replicas”.")
        for reference in references:
            replica_in(reference)
        return references
