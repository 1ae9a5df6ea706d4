"""Answers: made of documents, stored before they are posted, posted once."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog

from bot.document.plain import plain_text
from bot.document.posts import Action, File, Label
from bot.document.runs import characters_in
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.errors import LabelsHiddenError, PostingError
from bot.surfaces.contract import Posts, Surface
from bot.turns.ending import Ending
from bot.turns.kept_files import notebooks_of
from bot.turns.long_answers import Fitted, fitted
from session import (
    ANSWER,
    Message,
    MessageId,
    NewMessage,
    Notebook,
    TurnId,
    answer_id,
)

log = structlog.get_logger(__name__)

AUTHOR = "burrow"
LABEL = "answer"
STOPPED = "stopped"
ANSWERED = "answered"
NOT_DELIVERED = "not delivered"
_LONG = 20_000
"""Characters that are made to fit in a thread, off the loop."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is stored, the parts in which it is posted, and its files."""

    message: NewMessage
    parts: Sequence[Document]
    files: Sequence[File] = ()

    @property
    def kept_files(self) -> Sequence[Notebook]:
        """Its files as they are stored beside it."""
        return notebooks_of(self.message.id, self.files) if self.files else ()


async def compose(
    surface: Surface, ending: Ending, *, turn_id: TurnId, request_id: str, sent_at: datetime
) -> Answer:
    """Make the answer of a turn: parts that each fit one post, with names instead of pings."""
    ending = await _with_names(surface, ending)
    its_id = answer_id(turn_id)
    whole = await _fitted(surface, ending, its_id)
    last = () if ending.tail is None else ending.tail.documents
    parts = [*whole.parts, *(part for it in last for part in surface.parts(it))]
    stored = [{"document": part.to_json(), "text": plain_text(part)} for part in parts]
    if ending.tail is not None and ending.tail.actions:
        stored[-1]["actions"] = [asdict(action) for action in ending.tail.actions]
    message = NewMessage(
        id=its_id,
        author_id=AUTHOR,
        text="\n\n".join(str(part["text"]) for part in stored),
        sent_at=sent_at,
        request_id=request_id,
        kind=ANSWER,
        attributes={
            "parts": stored,
            "questions": [message.id for message in ending.messages],
            **({"files": [file.title for file in whole.files]} if whole.files else {}),
        },
    )
    return Answer(message, parts, whole.files)


async def _with_names(surface: Surface, ending: Ending) -> Ending:
    people = set[str]().union(*(it.people for it in ending.documents))
    return ending.with_names(await surface.names(sorted(people))) if people else ending


async def _fitted(surface: Surface, ending: Ending, its_id: MessageId) -> Fitted:
    """Cut it into posts; an answer that fits one post needs neither a file nor a remark."""
    document = ending.answer or Document()

    def fit() -> Fitted:
        return fitted(
            document,
            ending.rest,
            surface.parts,
            short_key(its_id),
            takes_files=surface.takes_files(),
            attachments=ending.attachments,
            images=ending.images,
        )

    if ending.rest or ending.attachments or ending.images or _is_long(document):
        return await asyncio.to_thread(fit)
    parts = surface.parts(document)
    return fit() if len(parts) > 1 else Fitted(parts)


def short_key(its_id: MessageId) -> str:
    """Return what tells the files of one answer from those of others in its thread."""
    return hashlib.sha256(its_id.encode()).hexdigest()[:8]


def titles_of(answer: NewMessage | Message) -> list[str]:
    """Return the titles of the files that belong to an answer."""
    return [str(title) for title in answer.attributes.get("files", ())]


def parts_of(answer: NewMessage | Message) -> list[Document]:
    """Return the parts that are stored with an answer, in order."""
    return [Document.from_json(part["document"]) for part in answer.attributes["parts"]]


def actions_of(answer: NewMessage | Message, number: int) -> list[Action]:
    """Return the buttons under a part; numbers begin with 1."""
    return [
        Action(**stored) for stored in answer.attributes["parts"][number - 1].get("actions", ())
    ]


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
    is_stopped: Callable[[], Awaitable[bool]],
) -> bool:
    """Post every part that does not stand there yet; False if a stop cut that short.

    Raises what `Posts.post` raises.
    """
    for number, part in enumerate(parts, start=1):
        if number in standing:
            continue
        if number > 1 and await is_stopped():
            return False
        label = Label(kind=LABEL, key=answer.id, part=number, of=len(parts))
        await posts.post(part, label, actions=actions_of(answer, number))
    return True


async def say_beside(posts: Posts, answer: NewMessage | Message, kind: str, text: str) -> None:
    """Post a line about an answer that stands; the line is never owed."""
    try:
        await posts.post(sentence(text), Label(kind=kind, key=answer.id))
    except PostingError as error:
        log.warning("answer.nothing_said_beside", answer_id=answer.id, reason=str(error))


def _is_long(document: Document) -> bool:
    return sum(map(characters_in, document.blocks)) > _LONG
