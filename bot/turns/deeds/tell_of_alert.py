"""Tell of an alert: in its first thread, that it was seen again or is over, or that more came."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.document.posts import Label, Posted
from bot.document.sentences import sentence
from bot.document.templates import filled
from bot.document.values import Document, Paragraph, Time, TimeForm
from bot.errors import Hope, LabelsHiddenError, PostingError
from bot.messages import ALERT_LINES, ALERT_RECOVERS, ALERT_REPEATS
from bot.turns.deeds.contract import Deed
from bot.turns.ending import Ending
from bot.turns.open_turn import OpenTurn
from bot.turns.owed import pause_of
from bot.words import alerts as alert_words
from session import (
    MOST_BEGIN,
    AlertKey,
    AlertRecord,
    Message,
    Notebook,
    Outcome,
    Repository,
    TurnId,
)

log = structlog.get_logger(__name__)

NOTEBOOK = "alert"
"""Keeps which post says that the alert was seen again."""
TRY_AGAIN_AFTER = timedelta(minutes=1)
GIVE_UP_AFTER = timedelta(hours=1)


class TellOfAlert(Deed):
    """Comes last. A muted thread is told nothing."""

    kinds = ALERT_LINES

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def pick(self, entries: Sequence[Message], turn_id: TurnId) -> Sequence[Message]:
        """Return those whose time has come."""
        now = self._repository.now()
        lines = super().pick(entries, turn_id)
        return [line for line in lines if line.due_at is None or line.due_at <= now]

    async def do(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Say each, and close them; what Slack refuses is tried again for an hour."""
        await self._note_the_try(turn, picked)
        left, notebook = [], None
        for line in [] if turn.session.muted else _each_once(picked):
            try:
                notebook = await self._tell(turn, line) or notebook
            except PostingError as error:
                if await self._is_tried_again(turn, line, error):
                    left.append(line)
        told = [line for line in picked if line not in left]
        await turn.end(Ending(outcome=Outcome.ANSWERED, messages=told, notebook=notebook))

    async def _note_the_try(self, turn: OpenTurn, picked: Sequence[Message]) -> None:
        """Note it where taking in did not: should this process die, its successor has to know."""
        new = [line.id for line in picked if line.due_at is None and line.turn_id is None]
        if new and self._repository.is_local:
            await turn.lock.begin_turn(new)

    async def _post(
        self, turn: OpenTurn, line: Message, document: Document, label: Label
    ) -> Posted:
        """Post a line that does not stand there, unless a dead process's post may still arrive.

        A lease that ran out by itself covered its posts to their end. In a local store a lease
        ends with its process. Whoever puts a line off in order sets its time.
        """
        is_of_the_dead = line.due_at is None and line.turn_id not in (None, turn.id)
        if is_of_the_dead and self._repository.is_local:
            wait = turn.call_time.total_seconds()
            raise PostingError("a dead process's post may still arrive", again_in=wait)
        return await turn.posts.post(document, label)

    async def _tell(self, turn: OpenTurn, line: Message) -> Notebook | None:
        if line.kind == ALERT_REPEATS:
            return await self._tell_repeats(turn, line)
        label = Label(kind=_label(line.kind), key=line.id)
        if line.kind == ALERT_RECOVERS:
            seconds, times = line.attributes["lasted_s"], line.attributes["times"]
            text = alert_words.recovers(float(seconds), int(times))
        else:
            text = alert_words.limited(MOST_BEGIN)
        if not await _ours(turn, label):
            await self._post(turn, line, sentence(text), label)
        return None

    async def _tell_repeats(self, turn: OpenTurn, line: Message) -> Notebook | None:
        """Post one line for all times that the alert was seen again, or update it."""
        record = await self._record(turn, line)
        if record is None or not record.count:
            return None
        document = _repeats(record)
        posted = await self._standing(turn, line)
        if posted is None:
            label = Label(kind=_label(ALERT_REPEATS), key=turn.session.id)
            posted = await self._post(turn, line, document, label)
        elif turn.posts.try_turn_to_update():
            await turn.posts.update(posted, document)
        else:
            raise PostingError("too many posts are being updated")
        return Notebook(name=NOTEBOOK, value={"repeats": posted.id})

    async def _record(self, turn: OpenTurn, line: Message) -> AlertRecord | None:
        """Read what is known of the alert, unless it has begun anew in another thread."""
        thread = turn.session.thread
        assert thread is not None, "a turn has a thread"
        key = AlertKey(
            team_id=thread.team_id,
            channel_id=thread.channel_id,
            fingerprint=str(line.attributes["fingerprint"]),
        )
        record = await self._repository.find_alert(key)
        return record if record is not None and record.thread_ts == thread.thread_ts else None

    async def _standing(self, turn: OpenTurn, line: Message) -> Posted | None:
        """Return the line that stands in the thread; a turn that died may have posted it."""
        label = Label(kind=_label(ALERT_REPEATS), key=turn.session.id)
        kept = await self._repository.read_notebook(turn.session.id, NOTEBOOK) or {}
        if "repeats" in kept:
            return Posted(id=str(kept["repeats"]), label=label)
        found = await _ours(turn, label)
        return found[0] if found else None

    async def _is_tried_again(self, turn: OpenTurn, line: Message, error: PostingError) -> bool:
        now = self._repository.now()
        is_hopeless = error.hope is Hope.NONE or now - line.stored_at >= GIVE_UP_AFTER
        log.warning("alert.not_told", kind=line.kind, reason=str(error), given_up=is_hopeless)
        if is_hopeless:
            return False
        return await turn.lock.postpone(line.id, now + (pause_of(error) or TRY_AGAIN_AFTER))


def _each_once(lines: Sequence[Message]) -> list[Message]:
    """Leave out all but the last that count an alert's repeats: one line says them all."""
    last = {line.attributes.get("fingerprint"): line for line in lines if _counts(line)}
    return [line for line in lines if not _counts(line) or line in last.values()]


def _counts(line: Message) -> bool:
    return line.kind == ALERT_REPEATS


async def _ours(turn: OpenTurn, label: Label) -> Sequence[Posted]:
    """Return what stands there; where Slack hides our labels, a line may come twice."""
    try:
        return await turn.posts.ours(label)
    except LabelsHiddenError:
        return []


def _label(kind: str) -> str:
    return kind.replace(" ", "_")


def _repeats(record: AlertRecord) -> Document:
    when = Time(record.last_seen_at, TimeForm.CLOCK)
    return Document((Paragraph(filled(alert_words.repeats(record.count), when=when)),))
