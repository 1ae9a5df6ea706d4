"""Checks that a value can be stored: once for all engines, before anything is written.

Each function raises `NotStorableError`, which says what is wrong with which part.
"""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from session import limits
from session.alerts import NewAlert
from session.counts import Count
from session.errors import NotStorableError
from session.messages import Message, NewMessage
from session.models import NewSession, Notebook, Session, SessionRecord, Turn, TurnEnd
from session.sightings import Sighting

_JSON = json.JSONEncoder(ensure_ascii=False, default=dict)
_BIGGEST = 2 ** (limits.INTEGER_BITS - 1)
_HOLDING = (list, tuple, dict, Mapping)


class EndTexts(NamedTuple):
    """The JSON of a turn's end, as text; None where the end has none."""

    answer: str | None
    notebooks: tuple[str, ...]
    audit: str | None


def storable_text(text: str) -> str:
    """Replace what no store takes by U+FFFD: NUL, and the lone half of a surrogate pair."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def check_names(**names: object) -> None:
    """Check ids and other short texts."""
    for what, name in names.items():
        if not (isinstance(name, str) and name.isascii() and len(name) < 100 and "\0" not in name):
            check_text(name, what.replace("_", " "), limits.NAME_BYTES)


def check_names_if_any(**names: object) -> None:
    """Check short texts that need not be there."""
    check_names(**{what: name for what, name in names.items() if name is not None})


def check_text(text: object, what: str, most: int) -> int:
    """Check one text of at most `most` bytes, and return how many it has."""
    if not isinstance(text, str):
        raise NotStorableError(f"the {what} is not a text but {type(text).__name__}")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise NotStorableError(f"the {what} has half a surrogate pair at {error.start}") from error
    if "\0" in text:
        raise NotStorableError(f"the {what} has a NUL character")
    if size > most:
        raise NotStorableError(f"the {what} is of {size} bytes: at most {most} are stored")
    return size


def as_json(value: Mapping[str, Any]) -> str:
    """Turn what the library keeps and never reads into text, unchecked."""
    return _JSON.encode(value)


def json_text(value: object, what: str, most: int) -> str:
    """Turn a mapping into JSON of at most `most` bytes."""
    if not isinstance(value, Mapping):
        raise NotStorableError(f"the {what} is not a mapping but {type(value).__name__}")
    if not value:
        return "{}"
    _check_json(value, what)
    text = as_json(value)
    if len(text) * 4 > most and (size := len(text.encode())) > most:
        raise NotStorableError(f"the {what} is of {size} bytes as JSON: at most {most} are stored")
    return text


def check_message(new: NewMessage | Message) -> str:
    """Check a message, and return its attributes as JSON."""
    check_names(message_id=new.id, kind=new.kind, author=new.author_id, request_id=new.request_id)
    size = check_text(new.text, "text", limits.TEXT_BYTES)
    return json_text(new.attributes, "message's attributes", limits.MESSAGE_BYTES - size)


def checked(message: Message) -> Message:
    """Check a changed message, and return it as every engine will read it."""
    return replace(message, attributes=json.loads(check_message(message)))


def check_end(end: TurnEnd) -> EndTexts:
    """Check all that a turn's end writes."""
    check_names(outcome=end.outcome)
    if end.note is not None:
        check_text(end.note, "note", limits.NOTE_BYTES)
    if end.sightings:
        check_sightings(end.sightings)
    return EndTexts(
        answer=None if end.answer is None else check_message(end.answer),
        notebooks=tuple(map(check_notebook, end.notebooks)),
        audit=None if end.audit is None else check_audit(end.audit),
    )


def check_audit(audit: Mapping[str, Any]) -> str:
    """Check what a turn leaves about itself, and return it as JSON."""
    return json_text(audit, "audit", limits.AUDIT_BYTES)


def check_notebook(notebook: Notebook) -> str:
    """Check a notebook, and return its value as JSON."""
    check_names(notebooks_name=notebook.name)
    return json_text(notebook.value, "notebook", limits.NOTEBOOK_BYTES)


def check_sightings(sightings: Sequence[Sighting]) -> None:
    """Check what was seen in a session."""
    if len(sightings) > limits.SIGHTINGS:
        raise NotStorableError(
            f"there are {len(sightings)} sightings: at most {limits.SIGHTINGS} are stored"
        )
    check_names(**{f"key of sighting {n}": it.key for n, it in enumerate(sightings)})
    if len({it.key for it in sightings}) < len(sightings):
        raise NotStorableError("a sighting's key stands twice")


def check_asked(keys: Collection[str]) -> None:
    """Check what a store is asked for; raises `ValueError`."""
    if len(keys) > limits.SIGHTINGS_ASKED:
        raise ValueError(f"{len(keys)} keys: at most {limits.SIGHTINGS_ASKED} are asked for")


def check_alert(new: NewAlert) -> None:
    """Check an alert's names."""
    key = new.key
    check_names(team=key.team_id, channel=key.channel_id, fingerprint=key.fingerprint)
    check_names(thread_ts=new.thread_ts, ts=new.ts)


def check_count(count: Count) -> None:
    """Check a number by name and day."""
    check_names(name=count.name, instance_id=count.instance_id)
    if not 0 <= count.value < _BIGGEST:
        raise NotStorableError(f"the number {count.value} is not stored: 0 to {_BIGGEST - 1} are")


def check_session(new: Session | NewSession) -> None:
    """Check a session's names."""
    thread = new.thread
    check_names(session_id=new.id, user_id=new.user_id)
    if thread is not None:
        check_names(team=thread.team_id, channel=thread.channel_id, thread_ts=thread.thread_ts)
    if new.ticket_id is not None:
        check_names(ticket_id=new.ticket_id)


def check_record(record: SessionRecord) -> None:
    """Check a whole record that comes from another store."""
    check_session(record.session)
    for message in record.messages:
        check_message(message)
    for turn in record.turns:
        _check_turn(turn)
    for notebook in record.notebooks:
        check_notebook(notebook)
    for audit in record.audits:
        json_text(audit.value, "audit", limits.AUDIT_BYTES)
    check_sightings(record.sightings)


def _check_turn(turn: Turn) -> None:
    check_names(turn_id=turn.id, holder_id=turn.holder_id)
    check_names_if_any(outcome=turn.outcome)
    if turn.note is not None:
        check_text(turn.note, "note", limits.NOTE_BYTES)


def _check_json(value: object, what: str) -> None:
    """Look at every part. Depth first, so a value that contains itself ends at the limit."""
    parts: list[tuple[object, int]] = [(value, 1)]
    while parts:
        part, depth = parts.pop()
        if isinstance(part, str):
            if not part.isascii() or "\0" in part:
                check_text(part, what, limits.DOCUMENT_BYTES)
        elif isinstance(part, int):
            if not -_BIGGEST <= part < _BIGGEST:
                raise NotStorableError(f"the {what} has a whole number of over 64 bits")
        elif isinstance(part, float):
            if not math.isfinite(part):
                raise NotStorableError(f"the {what} has {part}, which is not in JSON")
        elif isinstance(part, _HOLDING):
            if depth > limits.NESTING:
                raise NotStorableError(f"the {what} is nested over {limits.NESTING} levels deep")
            if isinstance(part, Mapping):
                _check_keys(part, what)
                part = part.values()
            parts += [(item, depth + 1) for item in part]
        elif part is not None:
            raise NotStorableError(f"the {what} has a {type(part).__name__}, which is not in JSON")


def _check_keys(mapping: Mapping[Any, object], what: str) -> None:
    for key in mapping:
        if not isinstance(key, str):
            raise NotStorableError(f"the {what} has the key {key!r}, which is no text")
        if not key.isascii() or "\0" in key:
            check_text(key, what, limits.DOCUMENT_BYTES)
