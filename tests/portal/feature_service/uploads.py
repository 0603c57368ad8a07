"""The uploads resource: whole files, or parts that are committed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional
import uuid

from .behaviour import Json


@dataclass
class Upload:
    id: str
    name: str
    description: str = ""
    committed: bool = False
    content: bytes = b""
    parts: dict[int, bytes] = field(default_factory=dict)

    def json(self) -> Json:
        return {
            "itemID": self.id,
            "itemName": self.name,
            "description": self.description,
            "date": 1_700_000_000_000,
            "committed": self.committed,
        }


class Uploads:
    """Uploads by id."""

    def __init__(self) -> None:
        self._uploads: dict[str, Upload] = {}

    def register(self, name: str, description: str = "") -> Upload:
        upload = Upload("i" + str(uuid.uuid4()), name, description)
        self._uploads[upload.id] = upload
        return upload

    def add(self, name: str, content: bytes) -> str:
        upload = self.register(name)
        upload.content, upload.committed = content, True
        return upload.id

    def get(self, upload_id: str) -> Optional[Upload]:
        return self._uploads.get(upload_id)

    def commit(self, upload: Upload, parts: list[int]) -> bool:
        """Puts the parts together, in the order told; False if one of them never came."""
        if any(number not in upload.parts for number in parts):
            return False
        upload.content = b"".join(upload.parts[number] for number in parts)
        upload.committed = True
        return True

    def content(self, upload_id: str) -> Optional[bytes]:
        upload = self._uploads.get(upload_id)
        return upload.content if upload is not None and upload.committed else None

    def delete(self, upload_id: str) -> bool:
        return self._uploads.pop(upload_id, None) is not None
