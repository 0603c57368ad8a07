"""A feature service: replicas, synchronisation, edits and queries.

Answers are read without regard to letter case, at once or as jobs, in the answer itself or at an address that
it names. What may be large goes through files. Source: the ArcGIS REST API, and answers of servers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
import json
from pathlib import Path
import re
from typing import Callable, Optional, Union

from ..errors import AccessDenied, BadInput, BrokenAnswer, PortalError, ServerBusy, SignInRequired
from ..host import Clock, Feedback
from ..json_value import Json, folded_keys, json_objects, json_string
from .changes_file import ChangesFile
from .generations import ServerGenerations
from .layer_queries import AttachmentInfo, LayerQueries
from .replica_answers import CreatedReplica, ListedReplica, ReplicaInfo, SyncAnswer
from .replica_requests import ChangesRequest, ReplicaRequest, SyncRequest
from .service_answers import ServiceAnswer, ServiceAnswers
from .service_info import LayerInfo, ServiceInfo
from .session import PortalSession
from .uploads import upload_file

_REPLICA_ID = re.compile(r"\{?[0-9A-Za-z_-]{1,64}\}?")


def _to_nobody(status_url: str) -> None:
    """For who does not want to know a status address."""


class FeatureService:
    """The service at `url` (`…/FeatureServer`); `folder` takes the files of its answers.

    All methods raise `PortalError`, `NetworkError`, `StorageError` and `Cancelled`. None repeats by itself
    what changes the service: after an error of the network its outcome is unknown.
    """

    def __init__(
        self, session: PortalSession, url: str, *, clock: Clock, feedback: Feedback, folder: Path
    ) -> None:
        self.url = url.partition("?")[0].rstrip("/")
        session.asked(self.url)  # raises `BrokenAnswer` for what is no address
        self._session = session
        self._feedback = feedback
        self._answers = ServiceAnswers(session, clock, feedback, folder)
        self._layers: dict[int, LayerInfo] = {}

    # ---- what it is --------------------------------------------------------------------------

    def info(self) -> ServiceInfo:
        """What the service can do for this user."""
        return ServiceInfo.from_json(self._session.get_json(self.url))

    def layer(self, layer_id: int) -> LayerInfo:
        """What a layer or table is; asked once."""
        if layer_id not in self._layers:
            answer = self._session.get_json(self._layer_url(layer_id))
            self._layers[layer_id] = LayerInfo.from_json(layer_id, answer)
        return self._layers[layer_id]

    # ---- replicas ----------------------------------------------------------------------------

    def create_replica(
        self, request: ReplicaRequest, on_status: Callable[[str], None] = _to_nobody
    ) -> CreatedReplica:
        """A new replica. `on_status` is told the address of a job before it is waited for.

        After a lost answer the replica may be there: look for its name in `replicas()`. Raises `JobFailed`
        and `JobGone`, too.
        """
        return self._created(self._answer_to("createReplica", request.form(), on_status))

    def resume_replica(self, status_url: str) -> CreatedReplica:
        """The replica that a job made which was not waited for to its end."""
        return self._created(self._answers.result_of_job(status_url))

    def replicas(self, with_dates: bool = False, with_versions: bool = False) -> tuple[ListedReplica, ...]:
        """Those of this user; all for the owner of the service. `with_dates` where it lists last syncs,
        `with_versions` where it lists the versions of versioned data.
        """
        wanted = {"returnLastSyncDate": with_dates, "returnVersion": with_versions}
        asked = {name: "true" for name, is_wanted in wanted.items() if is_wanted}
        answer = self._session.get_array(f"{self.url}/replicas", asked)
        return tuple(one for one in map(ListedReplica.from_json, json_objects(answer)) if one.id)

    def replica(self, replica: str) -> Optional[ReplicaInfo]:
        """What the service knows of a replica; None where there is none with this id."""
        try:
            return ReplicaInfo.from_json(replica, self._session.get_json(self._replica_url(replica)))
        except (SignInRequired, AccessDenied, ServerBusy):
            raise
        except PortalError:
            # Servers have many words for it: whether it is there is asked, not read from them.
            if _same_id(replica) in {_same_id(one.id) for one in self.replicas()}:
                raise
            return None

    def unregister(self, replica: str) -> bool:
        """Ends a replica; False where the service did not know it any more."""
        values = {"replicaID": _replica_id(replica)}
        try:
            answer = self._session.post_json(f"{self.url}/unRegisterReplica", values)
            if folded_keys(answer).get("success") is False:
                raise PortalError(
                    "“{host}” did not unregister the replica.",
                    next_step=(
                        "Try again later. If this keeps happening, contact the administrator of the service."
                    ),
                    host=self._session.asked(self.url).host,
                )
        except (SignInRequired, AccessDenied, ServerBusy):
            raise
        except PortalError:
            if self.replica(replica) is not None:
                raise
            return False
        return True

    def _created(self, answer: ServiceAnswer) -> CreatedReplica:
        replica = json_string(answer.head.get("replicaid"))
        if not _REPLICA_ID.fullmatch(replica):
            raise BrokenAnswer(
                "“{host}” created a replica but did not return its id.",
                next_step="Contact the administrator of the service.",
                host=answer.host,
            )
        kind = answer.response_type.casefold()
        has_rows = answer.changes is not None and answer.changes.has_changes
        return CreatedReplica(
            id=replica,
            name=json_string(answer.head.get("replicaname")),
            has_data=has_rows or kind.endswith("data"),
            generations=self._generations(answer, replica),
            answer=answer.changes,
        )

    # ---- synchronisation ---------------------------------------------------------------------

    def synchronize(self, request: SyncRequest, on_status: Callable[[str], None] = _to_nobody) -> SyncAnswer:
        """Sends edits and takes changes. `on_status` as in `create_replica`, errors too."""
        values = {**request.form(), "replicaID": _replica_id(request.replica)}
        return self._synchronised(self._answer_to("synchronizeReplica", values, on_status), request.replica)

    def resume(self, status_url: str, replica: str = "") -> SyncAnswer:
        """The answer of a job which was not waited for to its end; `replica` as it was synchronised."""
        return self._synchronised(self._answers.result_of_job(status_url), replica)

    def extract_changes(
        self, request: ChangesRequest, on_status: Callable[[str], None] = _to_nobody
    ) -> SyncAnswer:
        """Changes without a replica, where the service tracks them."""
        return self._synchronised(self._answer_to("extractChanges", request.form(), on_status), "")

    def apply_edits(
        self, edits: Union[str, Sequence[Json]], rollback: bool, use_global_ids: bool = True
    ) -> ChangesFile:
        """Sends edits without a replica: `[{"id", "adds", "updates", "deletes", "attachments"}, …]`.

        The answer holds their results.
        """
        values = {
            "edits": edits if isinstance(edits, str) else json.dumps(edits, ensure_ascii=False),
            "useGlobalIds": json.dumps(use_global_ids),
            "rollbackOnFailure": json.dumps(rollback),
        }
        return self._answers.file_of(f"{self.url}/applyEdits", values)

    def _synchronised(self, answer: ServiceAnswer, replica: str) -> SyncAnswer:
        changes = answer.changes
        return SyncAnswer(
            generations=self._generations(answer, replica),
            response_type=answer.response_type,
            changes=changes,
            is_cut_off=changes is not None and changes.is_cut_off,
        )

    def _generations(self, answer: ServiceAnswer, replica: str) -> ServerGenerations:
        """Those of the answer, else of its file, else of the replica as the service knows it."""
        found = answer.generations
        if found or not replica:
            return found
        known = self.replica(replica)
        return known.generations if known else found

    # ---- rows, attachments, uploads ----------------------------------------------------------

    def existing_ids(self, layer_id: int, global_ids: Iterable[str]) -> set[str]:
        """Which of these GlobalIDs, in any spelling, the layer has; as `{UPPER}`."""
        return self._queries(layer_id).existing_ids(global_ids)

    def rows(self, layer_id: int, global_ids: Iterable[str], wkid: Optional[int]) -> Iterator[Json]:
        """The rows with these GlobalIDs that are there, as Esri JSON, the geometry in `wkid`."""
        return self._queries(layer_id).rows(global_ids, wkid)

    def attachments(self, layer_id: int, parents: Iterable[str]) -> Iterator[AttachmentInfo]:
        """The attachments of the rows with these GlobalIDs."""
        return self._queries(layer_id).attachments(parents)

    def fetch_attachment(self, url: str, path: Path) -> None:
        """The content of an attachment, from the address that a change or `attachments` named."""
        self._session.get_file(self._answers.address(self.url, url), path)

    def upload(self, source: Union[Path, bytes], name: str = "upload.bin") -> str:
        """Uploads a file, or bytes, for an edit; returns the id of the upload. `name` is plain ASCII."""
        return upload_file(self._session, self.url, source, name, self._feedback)

    # ---- requests ----------------------------------------------------------------------------

    def _answer_to(
        self, operation: str, values: Mapping[str, str], on_status: Callable[[str], None]
    ) -> ServiceAnswer:
        return self._answers.answer_to(f"{self.url}/{operation}", values, on_status)

    def _queries(self, layer_id: int) -> LayerQueries:
        return LayerQueries(self._answers, self._layer_url(layer_id), self.layer(layer_id))

    def _layer_url(self, layer_id: int) -> str:
        return f"{self.url}/{layer_id}"

    def _replica_url(self, replica: str) -> str:
        return f"{self.url}/replicas/{_replica_id(replica)}"


def _replica_id(replica: str) -> str:
    """The id of one replica: `*` would stand for every replica of the user."""
    if not _REPLICA_ID.fullmatch(replica):
        raise BadInput(
            "“{replica}” is not the id of a replica.",
            next_step="Use one of those listed for the service.",
            replica=replica[:80],
        )
    return replica


def _same_id(replica: str) -> str:
    return replica.strip("{}").casefold()
