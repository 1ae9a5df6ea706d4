"""The files that a message shares, as Slack lists them.

https://docs.slack.dev/reference/objects/file-object
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from bot.document.thread import SharedFile

_NOT_KEPT = frozenset({"tombstone", "hidden_by_limit"})
"""Modes of files that are deleted, or older than the workspace's plan shows."""
_CANVASES = frozenset({"space", "quip", "canvas", "docs", "list"})
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
_TEXT_TYPES = frozenset(
    {
        "application/json",
        "application/javascript",
        "application/sql",
        "application/toml",
        "application/x-ndjson",
        "application/x-sh",
        "application/x-yaml",
        "application/xml",
        "application/yaml",
        "message/rfc822",
    }
)
_TEXT_ENDINGS = frozenset({
    ".cfg", ".conf", ".csv", ".diff", ".eml", ".env", ".err", ".har", ".htm", ".html", ".ini",
    ".json", ".jsonl", ".log", ".md", ".ndjson", ".out", ".patch", ".properties", ".py", ".rules",
    ".sh", ".sql", ".tf", ".toml", ".trace", ".tsv", ".txt", ".xml", ".yaml", ".yml",
})  # fmt: skip


def shared_files(message: Mapping[str, Any]) -> tuple[SharedFile, ...]:
    """Return the files of a message and of what it forwards; one that was deleted is none."""
    return tuple(
        shared_file(found) for found in _listed(message) if found.get("mode") != "tombstone"
    )


def _listed(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    attachments = message.get("attachments")
    for holder in (message, *(attachments if isinstance(attachments, list) else ())):
        files = holder.get("files") if isinstance(holder, Mapping) else None
        for found in files if isinstance(files, list) else ():
            if isinstance(found, Mapping) and found.get("id"):
                yield found


def shared_file(found: Mapping[str, Any]) -> SharedFile:
    """Read a file object; of one of another organisation Slack may tell no more than its id.

    https://docs.slack.dev/reference/objects/file-object: `file_access`.
    """
    mode, size = str(found.get("mode") or ""), found.get("size")
    name = str(found.get("name") or found.get("title") or "unnamed")
    media_type = str(found.get("mimetype") or "").partition(";")[0].strip().lower()
    return SharedFile(
        id=str(found["id"]),
        name=name,
        media_type=media_type,
        size=size if isinstance(size, int) else 0,
        address="" if mode in _NOT_KEPT else str(found.get("url_private") or ""),
        is_told=found.get("file_access") != "check_file_info",
        is_image=media_type in IMAGE_TYPES,
        is_text=mode == "snippet" or (mode not in _CANVASES and _is_text(media_type, name)),
    )


def _is_text(media_type: str, name: str) -> bool:
    return (
        media_type.startswith("text/")
        or media_type in _TEXT_TYPES
        or media_type.endswith(("+json", "+xml"))
        or PurePath(name).suffix.lower() in _TEXT_ENDINGS
    )
