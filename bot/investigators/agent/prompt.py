"""Puts a case into words for the model: the thread, what is asked, the time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from pydantic_ai.framing import register_tag, wrap

from bot import words as bot_words
from bot.document.thread import Around, FileText, ReadInPart, ThreadMessage
from bot.investigators.agent.clean import shown
from bot.investigators.agent.seen import Seen
from bot.investigators.agent.sources import Source, Sources, Standing
from bot.investigators.agent.times import clock, now_told
from bot.investigators.brief import words as brief_words
from bot.investigators.brief.digest import Digest
from bot.investigators.brief.runbooks import Runbooks
from bot.messages import ts_of, wants_answer
from session import Message

MESSAGE_TAG = register_tag("slack_message")
FILE_TAG = register_tag("shared_file")
RUNBOOK_TAG = register_tag("runbooks")
OTHERS_TAG = register_tag("seen_in_other_threads")
FOUND_TAG = register_tag("found_in_thread")
_LONGEST_MESSAGE = 4_000
_LONGEST_OF_OURS = 1_500
_LONGEST_FILE = 4_000
_MOST_INDICATORS = 40
_MOST_TITLES = 40
_BEST_TITLES = 3


@dataclass(slots=True, kw_only=True)
class Telling:
    """Writes messages for the model and remembers what it has seen by that."""

    sources: Sources
    seen: Seen
    asking: Mapping[str, Message]
    """The messages to answer, by their `ts`."""

    def message(self, message: ThreadMessage) -> str:
        """Frame one message under its handle; from then on it can be quoted."""
        whole = shown(message.text)
        text = _cut(whole, _LONGEST_OF_OURS if message.is_burrow else _LONGEST_MESSAGE)
        handle = self.seen.handle_of(message.ts, whole)
        self.sources.add(
            Source(
                handle=handle,
                title=f"{message.author or 'somebody'}, {clock(message.sent_at)}",
                text=text,
                link=message.link,
                standing=Standing.OURS if message.is_burrow else Standing.WHOLE,
            )
        )
        return wrap(
            MESSAGE_TAG,
            text,
            handle=handle,
            author="you" if message.is_burrow else shown(message.author) or "somebody",
            time=message.sent_at.astimezone(UTC).isoformat(timespec="seconds"),
            bot="yes" if message.is_bot and not message.is_burrow else None,
            edited="yes" if message.is_edited else None,
            to_answer="yes" if message.ts in self.asking else None,
            mentions_you=self._mentions(message.ts),
        )

    def _mentions(self, ts: str) -> str | None:
        asked = self.asking.get(ts)
        return None if asked is None else "yes" if wants_answer(asked) else "no"

    def file(self, file: FileText, text: str, *, piece: int = 0) -> str:
        """Frame what stands in a file under its handle; `piece` numbers its parts from 1."""
        whole = shown(text)
        said = _cut(whole, _LONGEST_FILE)
        handle = self.seen.handle_of(_key(file, piece), whole)
        who = shown(file.message.author) or "somebody"
        name = shown(file.file.name)
        self.sources.add(
            Source(
                handle=handle,
                title=f"{name}, shared by {who}, {clock(file.message.sent_at)}",
                text=said,
                link=file.message.link,
                standing=Standing.WHOLE if said == shown(file.text) else Standing.CUT,
            )
        )
        return wrap(FILE_TAG, said, handle=handle, name=name, author=who)

    def is_new_file(self, file: FileText) -> bool:
        """Tell whether the model has not seen this file."""
        return self.seen.is_new(_key(file, 0), shown(file.text))

    def know_again(self, messages: Sequence[ThreadMessage]) -> None:
        """Let messages that an earlier turn showed to the model be quoted in this one."""
        for message in messages:
            if not self.seen.is_new(message.ts, shown(message.text)):
                self.message(message)

    def stored(self, message: Message) -> str:
        """Frame a message that the thread does not show (yet, or any more)."""
        return self.message(
            ThreadMessage(
                ts=ts_of(message) or message.id,
                sent_at=message.sent_at,
                author_id=message.author_id,
                author=message.author_id,
                text=message.text,
                link="",
            )
        )


def first_prompt(
    telling: Telling,
    messages: Sequence[ThreadMessage],
    *,
    most_characters: int,
    found: Digest | None,
    ticket_id: str | None,
    catalogue: Sequence[str],
    now: datetime,
    zone: tzinfo | None = None,
    around: Around | None = None,
    files: Sequence[FileText] = (),
    before: Sequence[str] = (),
    part: ReadInPart | None = None,
) -> str:
    """Write all that is new to the model, oldest first, the messages to answer last."""
    wanted = [it for it in messages if telling.seen.is_new(it.ts, shown(it.text))]
    wanted = [it for it in wanted if not _is_about_ourselves(it)]
    # Always told: an earlier turn may have seen a question and was cut off before it answered.
    asked = [it for it in messages if it.ts in telling.asking]
    others = [it for it in wanted if it.ts not in telling.asking]
    kept, left_out = _fitting(others, most_characters)
    parts: list[str] = []
    if kept or (around is not None and not around.is_read):
        parts.append(_heading(around))
    if part is not None:
        parts.append(f"(Slack gave only {part.read} of the {part.count} messages of this thread.)")
    if left_out:
        parts.append(f"({left_out} messages in between are left out; `read_thread` shows them.)")
    parts += [telling.message(it) for it in kept]
    parts += _files(telling, files)
    if found is not None and (lines := list(_indicators(found))):
        parts.append(wrap(FOUND_TAG, "\n".join(lines)))
    if before:
        parts.append("Other threads that saw the same; `seen_before` gives this to quote:")
        parts.append(wrap(OTHERS_TAG, "\n".join(before)))
    if catalogue:
        parts.append("Runbooks of the operator, for `read_runbook`:")
        parts.append(wrap(RUNBOOK_TAG, "\n".join(catalogue)))
    if ticket_id:
        parts.append(f"The thread belongs to ticket {shown(ticket_id)}.")
    parts.append(now_told(now, zone))
    parts.append("To answer:")
    parts += [telling.message(it) for it in asked]
    known = {it.ts for it in messages}
    missing = [it for ts, it in telling.asking.items() if ts not in known]
    parts += [telling.stored(it) for it in missing]
    return "\n".join(parts)


def _files(telling: Telling, files: Sequence[FileText]) -> Iterator[str]:
    """Write the files that are new to the model, and name those that were not read."""
    for file in files:
        if file.left_out:
            why = brief_words.why_left_out(file)
            who, name = shown(file.message.author) or "somebody", shown(file.file.name)
            yield wrap(FILE_TAG, f"(not read: {why})", name=name, author=who)
            continue
        is_new, told = telling.is_new_file(file), telling.file(file, file.text)
        if is_new:
            yield told


def _key(file: FileText, piece: int) -> str:
    return f"{file.message.ts}/{file.file.id}/{piece}"


def _heading(around: Around | None) -> str:
    """Say what the messages are."""
    if around is None:
        return "The thread, oldest message first:"
    if not around.is_read:
        return f"The thread (its channel {shown(around.channel)} could not be read just now):"
    since = around.since.astimezone(UTC).isoformat(timespec="minutes")
    return (
        f"The question came alone, so here is its channel {shown(around.channel)} since {since},"
        " and the thread, oldest message first:"
    )


def catalogue_of(runbooks: Runbooks | None, said: str) -> list[str]:
    """List the runbooks: all of a few, else the three that fit best what was said."""
    if runbooks is None:
        return []
    chosen = runbooks.all
    if len(chosen) > _MOST_TITLES:
        chosen = tuple(it.runbook for it in runbooks.matching(said, _BEST_TITLES))
    return [
        shown(f"{it.name}: {it.title}" + (f" ({it.when})" if it.when else "")) for it in chosen
    ]


def _is_about_ourselves(message: ThreadMessage) -> bool:
    return message.is_burrow and message.text.startswith(bot_words.STARTING)


def _fitting(
    messages: Sequence[ThreadMessage], most_characters: int
) -> tuple[list[ThreadMessage], int]:
    """Keep the root and the newest that fit."""
    if not messages:
        return [], 0
    root, *rest = messages
    left = most_characters - _size(root)
    kept: list[ThreadMessage] = []
    for message in reversed(rest):
        left -= _size(message)
        if left < 0:
            break
        kept.append(message)
    return [root, *reversed(kept)], len(rest) - len(kept)


def _size(message: ThreadMessage) -> int:
    return min(len(message.text), _LONGEST_MESSAGE) + 150


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head, tail = text[: limit * 3 // 4], text[-limit // 4 :]
    return f"{head}\n[… {len(text) - limit:,} characters left out …]\n{tail}"


def _indicators(found: Digest) -> Iterator[str]:
    for sighting in found.sightings[:_MOST_INDICATORS]:
        indicator = sighting.indicator
        note = f" ({indicator.note})" if indicator.note else ""
        yield shown(f"{indicator.kind}: {indicator.value}{note}, in {sighting.messages} messages")
