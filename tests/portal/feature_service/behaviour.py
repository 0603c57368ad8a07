"""The switches of a feature service: how servers differ, as far as anybody has seen them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Optional

Json = dict[str, Any]

SYNC_FLAGS: Mapping[str, Any] = {
    "supportsAsync": True,
    "supportsRegisteringExistingData": True,
    "supportsSyncDirectionControl": True,
    "supportsPerLayerSync": True,
    "supportsPerReplicaSync": True,
    "supportsSyncModelNone": True,
    "supportsRollbackOnFailure": True,
    "supportsAttachmentsSyncDirection": True,
    "supportsBiDirectionalSyncForServer": True,
    "advancedReplicasResourceCapabilities": {
        "supportsReturnVersion": True,
        "supportsReturnLastSyncDate": True,
    },
}


CHOICES: Mapping[str, tuple[Any, ...]] = {
    "flag_case": ("usual", "lower", "upper"),
    "key_case": ("usual", "other"),
    "url_key": ("URL", "responseUrl", "resultUrl"),
    "guids": ("braced", "bare", "lower"),
    "replica_options": ("take", "refuse", "ignore", "no refReplicaId"),
    "repeated_adds": ("refuse", "ignore", "overwrite"),
    "missing_deletes": ("succeed", "fail"),
    "upload_deletes": ("deleteIds", "deletes"),
    "results_inside": (False, True),
    "whole_rows": (False, True),
    "generations": ("number", "text", "json text"),
    "generations_in": ("both", "file"),
    "generation_jump": (1, 7, 100),
    "transfer_limit": (None, None, 3),
    "limit_flag_in": ("answer", "features"),
    "job_polls": (0, 1, 3),
    "failed_rows_status": ("CompletedWithErrors", "Completed With Errors", "COMPLETEDWITHERRORS"),
    "no_file_without_changes": (False, True),
}


@dataclass
class Behaviour:
    """Every switch may be turned while the service runs.

    - `capabilities`: of the service; `layer_capabilities`: of single layers, where they have less.
    - `sync_flags`: merged over `SYNC_FLAGS`; None takes a flag away. The server does what its flags say.
      `flag_case`: usual, lower, upper (`supportsASync`, as some servers write it).
    - `key_case`: usual or other: `statusURL`, `objectID`, `globalID`, `replicaId`.
    - `url_key`: `URL`, `responseUrl` or `resultUrl`, in answers that point to a file.
    - `guids`: braced (`{UPPER}`), bare (`UPPER`) or lower.
    - `replica_options`: take, refuse, ignore (a full replica is made), or `no refReplicaId`: that key is
      refused, the others are taken.
    - `repeated_adds`: refuse, ignore or overwrite, of a GlobalID that exists, in synchronizeReplica.
    - `missing_deletes`: succeed or fail, of what is gone already.
    - `upload_deletes`: `deleteIds` inside `features`, or a flat `deletes`; the other one is ignored.
      `download_deletes`: the key of downloaded changes.
    - `results_inside`: results stand inside `features`, else beside it.
    - `whole_rows`: an update must carry every editable field and the geometry.
    - `required_domains`: a value that its coded domain does not know, or outside its range, is refused.
    - `generations`: number, text, or `json text` (the list as text that holds JSON).
      `generations_in`: both, file or nowhere (then only the replica's page tells them).
      `generation_jump`: the largest step from one edit to the next.
      `generations_of_uploads`: layers that only uploaded are told the newest generation too.
    - `transfer_limit`: so many changed rows a download, then `exceededTransferLimit`, in the `answer`
      or in each layer's `features` (`limit_flag_in`).
    - `job_polls`: status questions answered with a job under way; `job_seconds`: the work of a job is done
      that much later; `jobs_forgotten_after`: questions after which a job answers 404.
      `files_kept`: seconds that a result file lives unasked.
      `failed_rows_status`: the status of a job in which rows failed.
    - `no_file_without_changes`: a sync that brought and took nothing gives no file.
    - `ids_for_adds`: `returnIdsForAdds` is followed; else ids always come.
    - `allow_others_update`, `allow_others_delete`: ownership-based access, by the creator field.
    - `snap`: geometry is moved to the grid of the layer, as geodatabases do.
    """

    capabilities: str = "Create,Delete,Query,Sync,Update,Editing,Uploads,ChangeTracking"
    layer_capabilities: dict[int, str] = field(default_factory=dict)
    sync_flags: Json = field(default_factory=dict)
    flag_case: str = "usual"
    key_case: str = "usual"
    url_key: str = "URL"
    guids: str = "bare"
    replica_options: str = "take"
    repeated_adds: str = "refuse"
    missing_deletes: str = "succeed"
    upload_deletes: str = "deleteIds"
    download_deletes: str = "deleteIds"
    results_inside: bool = False
    whole_rows: bool = False
    required_domains: bool = False
    apply_edits_with_global_ids: bool = True
    generations: str = "number"
    generations_in: str = "both"
    generation_jump: int = 7
    generations_of_uploads: bool = False
    transfer_limit: Optional[int] = None
    limit_flag_in: str = "answer"
    job_polls: int = 1
    job_seconds: float = 0.0
    jobs_forgotten_after: Optional[int] = None
    files_kept: float = 600.0
    failed_rows_status: str = "CompletedWithErrors"
    no_file_without_changes: bool = False
    ids_for_adds: bool = True
    allow_others_update: bool = True
    allow_others_delete: bool = True
    snap: bool = True
    versioned: bool = False

    @classmethod
    def drawn(cls, random: Random) -> Behaviour:
        """A server as chance has it, of those that a client can synchronise with."""
        return cls(**{name: random.choice(values) for name, values in CHOICES.items()})

    def flag(self, name: str) -> Any:
        """What a flag of `syncCapabilities` says; None where it is absent."""
        return {**SYNC_FLAGS, **self.sync_flags}.get(name)

    def allows(self, capability: str, layer_id: Optional[int] = None) -> bool:
        """Whether the service, and the layer, have a capability."""
        told = [self.capabilities]
        if layer_id in self.layer_capabilities:
            told.append(self.layer_capabilities[layer_id])
        return all(capability.lower() in text.lower().split(",") for text in told)
