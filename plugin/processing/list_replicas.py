"""The algorithm `listreplicas`: the replicas of a user at feature services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QDateTime, QMetaType, Qt

from ..qgis_io.feedback import HostFeedback
from ..qgis_io.wording import notice_in_words
from .algorithm import errors_in_words
from .replica_algorithm import ReplicaAlgorithm

if TYPE_CHECKING:
    from ..core.update.replicas import FoundReplica

_FIELDS = (
    ("replica", QMetaType.Type.QString),
    ("name", QMetaType.Type.QString),
    ("service", QMetaType.Type.QString),
    ("last_sync", QMetaType.Type.QDateTime),
    ("made_by_plugin", QMetaType.Type.Bool),
    ("map_title", QMetaType.Type.QString),
    ("map_folder", QMetaType.Type.QString),
    ("remembered", QMetaType.Type.Bool),
)


class ListReplicas(ReplicaAlgorithm):
    """Lists what feature services keep for a user."""

    SECTION = "copies-and-what-services-keep"
    OUTPUT, COUNT = "OUTPUT", "COUNT"

    def name(self) -> str:
        return "listreplicas"

    def displayName(self) -> str:
        return self.tr("List replicas")

    def tags(self) -> list[str]:
        return self.tr("arcgis,portal,offline,map area,sync,replica,registration").split(",")

    def shortDescription(self) -> str:
        return self.tr("Lists the replicas that feature services keep for you, and what they are for.")

    def shortHelpString(self) -> str:
        return self.tr(
            "Lists your replicas at feature services, made by this plugin or by other programs. For "
            "each one its service keeps changes. Owners of a service see those of all users.\n\n"
            "Portal URL: lists the services of offline maps on this computer, and of maps that were "
            "finished while the services could not be reached.\n"
            "Web map: lists the services of its map areas instead.\n"
            "Offline map: lists the services of that map instead.\n\n"
            "Replicas: a table. “replica” is the value for “Unregister replicas”; “made_by_plugin” "
            "distinguishes replicas of offline maps from those of packages and other programs; "
            "“map_title” and “map_folder” name the offline map on this computer; “remembered” marks "
            "those whose map no longer exists."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_replica_parameters()
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                self.OUTPUT, self.tr("Replicas"), Qgis.ProcessingSourceType.Vector
            )
        )
        self.addOutput(QgsProcessingOutputNumber(self.COUNT, self.tr("Number of replicas")))

    def processAlgorithm(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.update.replicas import FoundReplica, list_replicas

        fields = QgsFields()
        for name, kind in _FIELDS:
            fields.append(QgsField(name, kind))
        with errors_in_words():
            folder = self.folder(parameters, context)
            with self.asked(folder, feedback) as (portal, here, around):
                services = self.services(folder, portal, here, around)
                found = list(list_replicas(portal.url, services, here, around, HostFeedback(feedback)))
        sink, destination = self.parameterAsSink(
            parameters, self.OUTPUT, context, fields, Qgis.WkbType.NoGeometry, QgsCoordinateReferenceSystem()
        )
        replicas = [one for one in found if isinstance(one, FoundReplica)]
        for replica in replicas:
            sink.addFeature(_feature(replica, fields), QgsFeatureSink.Flag.FastInsert)
        for told in found:
            if not isinstance(told, FoundReplica):
                feedback.pushWarning(notice_in_words(told))
        return {self.OUTPUT: destination, self.COUNT: len(replicas)}


def _feature(replica: FoundReplica, fields: QgsFields) -> QgsFeature:
    feature = QgsFeature(fields)
    feature["replica"], feature["name"] = replica.reference, replica.name
    feature["service"], feature["map_title"] = replica.service_url, replica.map_title
    feature["made_by_plugin"], feature["remembered"] = replica.is_ours, replica.is_orphan
    feature["map_folder"] = str(replica.folder) if replica.folder else ""
    if replica.last_sync:
        milliseconds = round(replica.last_sync.timestamp() * 1000)
        feature["last_sync"] = QDateTime.fromMSecsSinceEpoch(milliseconds, Qt.TimeSpec.UTC)
    return feature
