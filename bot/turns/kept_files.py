"""The files of an answer as they are stored beside it, for a successor."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.document.posts import File
from session import Message, MessageId, Notebook, Repository

_PIECE = 120_000
"""Characters of JSON in one notebook: of at most four bytes each, which is less than 512 KiB."""


def notebooks_of(answer_id: MessageId, files: Sequence[File]) -> tuple[Notebook, ...]:
    """Return the notebooks that hold an answer's text files, in pieces that can be stored.

    Images are not stored: they would be larger than all else in the store together.
    """
    kept = [_as_json(file) for file in files if not file.data]
    if not kept:
        return ()
    text = json.dumps(kept, ensure_ascii=False)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    return tuple(
        Notebook(name=_name(answer_id, number), value={"text": piece, "of": len(pieces)})
        for number, piece in enumerate(pieces, start=1)
    )


async def kept_files(repository: Repository, answer: Message) -> Sequence[File]:
    """Return the files that are stored beside an answer; none if a piece of them is missing."""
    pieces: list[str] = []
    count = 1
    while len(pieces) < count:
        name = _name(answer.id, len(pieces) + 1)
        notebook = await repository.read_notebook(answer.session_id, name)
        if notebook is None:
            return ()
        pieces.append(str(notebook["text"]))
        count = int(notebook["of"])
    text = "".join(pieces)
    return await asyncio.to_thread(_files, text) if count > 1 else _files(text)


def _as_json(file: File) -> dict[str, Any]:
    return {name: value for name, value in asdict(file).items() if name != "data"}


def _files(text: str) -> Sequence[File]:
    found: Sequence[Mapping[str, Any]] = json.loads(text)
    return [File(**fields) for fields in found]


def _name(answer_id: MessageId, number: int) -> str:
    return f"files {number} of {answer_id}"
