"""The files of a workspace: what each holds, and where it was shared."""

import mimetypes
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePath

from simulator.values import Json, Message
from simulator.workspace.links import Links


@dataclass(slots=True, kw_only=True)
class File:
    """One file: what Slack says about it, and its bytes once they have come."""

    about: Json
    content: bytes | None = None
    shares: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))


class Files:
    """https://docs.slack.dev/reference/objects/file-object"""

    def __init__(self, links: Links, team_id: str) -> None:
        self._links = links
        self._team_id = team_id
        self._files: dict[str, File] = {}
        self._numbers = count(1)

    def add(self, given: Json, *, user_id: str, created: int) -> File:
        """Keep a file: `name` and whatever else of a file object is given, `content` its text."""
        about = dict(given)
        content = about.pop("content", None)
        file_id = str(about.get("id") or f"F0{next(self._numbers):06d}")
        name = str(about.get("name") or "unnamed")
        file = File(about=self._about(file_id, name, user_id, created) | about)
        self._files[file_id] = file
        if content is not None:
            self.fill(file, content.encode() if isinstance(content, str) else content)
        return file

    def fill(self, file: File, content: bytes) -> None:
        file.content = content
        file.about["size"] = len(content)

    def find(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def remove(self, file: File) -> None:
        del self._files[str(file.about["id"])]

    def note_share(self, message: Message) -> None:
        """Remember where the files of a message were shared."""
        for about in message.files:
            if file := self._files.get(str(about.get("id"))):
                share = {"ts": message.ts, "thread_ts": message.thread_ts}
                file.shares[message.channel].append(share)

    def _about(self, file_id: str, name: str, user_id: str, created: int) -> Json:
        kind = PurePath(name).suffix.removeprefix(".") or "text"
        address = self._links.file(self._team_id, file_id, name)
        return {
            "id": file_id,
            "created": created,
            "timestamp": created,
            "name": name,
            "title": name,
            "mimetype": mimetypes.guess_type(name)[0] or "text/plain",
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": user_id,
            "user_team": self._team_id,
            "editable": False,
            "size": 0,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": address,
            "url_private_download": f"{address}?download=1",
            "permalink": address,
            "has_rich_preview": False,
            "file_access": "visible",
        }
