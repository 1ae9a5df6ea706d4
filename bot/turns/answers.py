"""Answers: made of documents, stored before they are posted, posted once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot import words
from bot.document.people import people_in, with_names
from bot.document.plain import plain_text
from bot.document.posts import Label
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.errors import LabelsHiddenError
from bot.surfaces.contract import Posts, Surface
from session import (
    ANSWER,
    Message,
    MessageId,
    NewMessage,
    Repository,
    TurnId,
    answer_id,
)

log = structlog.get_logger(__name__)

AUTHOR = "burrow"
LABEL = "answer"
MOST_PARTS = 10
ANSWERED = "answered"
NOT_DELIVERED = "not delivered"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is stored, and the parts in which it is posted."""

    message: NewMessage
    parts: Sequence[Document]


async def compose(
    surface: Surface,
    document: Document,
    *,
    turn_id: TurnId,
    request_id: str,
    questions: Sequence[MessageId],
    repository: Repository,
) -> Answer:
    """Make the answer of a turn: parts that each fit one post, with names instead of pings."""
    named = with_names(document, await surface.names(sorted(people_in(document))))
    parts = _limited(surface.parts(named))
    texts = [plain_text(part) for part in parts]
    message = NewMessage(
        id=answer_id(turn_id),
        author_id=AUTHOR,
        text="\n\n".join(texts),
        sent_at=repository.date(),
        request_id=request_id,
        kind=ANSWER,
        attributes={
            "parts": [
                {"document": part.to_json(), "text": text}
                for part, text in zip(parts, texts, strict=True)
            ],
            "questions": list(questions),
        },
    )
    return Answer(message, parts)


def _limited(parts: Sequence[Document]) -> Sequence[Document]:
    """Cut an answer of too many posts, and say so."""
    if len(parts) <= MOST_PARTS:
        return parts
    return [*parts[: MOST_PARTS - 1], parts[MOST_PARTS - 1] + sentence(words.CUT)]


def parts_of(answer: NewMessage | Message) -> list[Document]:
    """Return the parts that are stored with an answer, in order."""
    return [Document.from_json(part["document"]) for part in answer.attributes["parts"]]


def questions_of(answer: NewMessage | Message) -> list[MessageId]:
    """Return the ids of the messages that it answers."""
    return [MessageId(str(message_id)) for message_id in answer.attributes.get("questions", ())]


async def standing(posts: Posts, answer: Message) -> set[int] | None:
    """Return the numbers of the parts that stand in the conversation; None if nobody can tell."""
    try:
        found = await posts.ours(Label(kind=LABEL, key=answer.id))
    except LabelsHiddenError:
        return None
    return {posted.label.part for posted in found}


async def post(
    posts: Posts,
    answer: NewMessage | Message,
    parts: Sequence[Document],
    *,
    standing: set[int],
    is_stopped: Callable[[], Awaitable[bool]] | None = None,
) -> bool:
    """Post every part that does not stand there yet; False if a stop cut that short.

    Raises what `Posts.post` raises.
    """
    for number, part in enumerate(parts, start=1):
        if number in standing:
            continue
        if number > 1 and is_stopped is not None and await is_stopped():
            return False
        label = Label(kind=LABEL, key=answer.id, part=number, of=len(parts))
        await posts.post(part, label)
    return True
