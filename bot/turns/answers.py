"""Answers: made of findings, stored before they are posted, posted once."""

from collections.abc import Callable, Sequence

import structlog

from bot import words
from bot.document.markdown import document_of
from bot.document.people import people_in, with_names
from bot.errors import PostingError
from bot.investigators.contract import Finding
from bot.slack.parts import Part, parts_of_document, plain
from bot.slack.people import People
from bot.slack.posting import Label, Poster
from session import (
    ANSWER,
    Message,
    MessageId,
    NewMessage,
    Repository,
    SlackThread,
    TurnId,
    answer_id,
)

log = structlog.get_logger(__name__)

AUTHOR = "burrow"


class Answers:
    """Turns findings into stored messages, and stored messages into posts."""

    def __init__(self, repository: Repository, poster: Poster, people: People) -> None:
        self._repository = repository
        self._poster = poster
        self._people = people

    async def compose(
        self,
        turn_id: TurnId,
        request_id: str,
        findings: Sequence[Finding],
        *,
        first: str | None = None,
    ) -> NewMessage:
        """Make the answer of a turn, after a `first` sentence; mentions in it become names."""
        parts = [plain(first)] if first else []
        for finding in findings:
            document = finding.document
            if document is None:
                document = document_of(finding.text)
            names = await self._people.names(people_in(document))
            parts += parts_of_document(with_names(document, names))
        return self._message(turn_id, request_id, parts or [plain(words.NOTHING_FOUND)])

    def say(self, turn_id: TurnId, request_id: str, text: str) -> NewMessage:
        """Make an answer of one sentence of our own."""
        return self._message(turn_id, request_id, [plain(text)])

    async def post(
        self,
        thread: SlackThread,
        answer: NewMessage | Message,
        guard: Callable[[], None],
        *,
        perhaps_posted: bool = False,
    ) -> bool:
        """Post every part that is not in the thread yet; False if that has to be tried later.

        True also if it can never succeed (the channel is archived, say): that is logged.
        """
        parts = [Part.from_json(one) for one in answer.attributes["parts"]]
        try:
            posted = await self._posted(thread, answer.id) if perhaps_posted else set()
            for number, part in enumerate(parts, start=1):
                label = Label(kind="answer", key=answer.id, part=number, of=len(parts))
                if posted is None:
                    await self._poster.post(thread, part.as_repeat(), label, guard)
                elif number not in posted:
                    await self._poster.post(thread, part, label, guard)
        except PostingError as error:
            log.error("answer.not_posted", reason=str(error), final=error.is_final)
            return error.is_final
        return True

    async def _posted(self, thread: SlackThread, answer_id: MessageId) -> set[int] | None:
        """Return the parts found in the thread, or None if Slack does not show our labels."""
        ours = await self._poster.ours(thread)
        if ours and not any(one.get("metadata") for one in ours):
            return None
        payloads = [(one.get("metadata") or {}).get("event_payload") or {} for one in ours]
        return {int(one["part"]) for one in payloads if one.get("key") == answer_id}

    def _message(self, turn_id: TurnId, request_id: str, parts: Sequence[Part]) -> NewMessage:
        return NewMessage(
            id=answer_id(turn_id),
            author_id=AUTHOR,
            text="\n\n".join(part.text for part in parts),
            sent_at=self._repository.now(),
            request_id=request_id,
            kind=ANSWER,
            attributes={"parts": [part.to_json() for part in parts]},
        )
