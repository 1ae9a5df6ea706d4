"""Answers: made of documents, stored before they are posted, posted once."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace

import structlog

from bot.document.plain import plain_text
from bot.document.posts import Action, Attachment, File, Image, Label
from bot.document.runs import characters_in
from bot.document.sentences import sentence
from bot.document.values import Document
from bot.errors import LabelsHiddenError, PostingError
from bot.surfaces.contract import Posts, Surface
from bot.turns.ending import Tail
from bot.turns.long_answers import Fitted, fitted
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


async def compose(
    surface: Surface,
    document: Document,
    *,
    rest: str = "",
    attachments: Sequence[Attachment] = (),
    images: Sequence[Image] = (),
    tail: Tail | None = None,
    turn_id: TurnId,
    request_id: str,
    questions: Sequence[MessageId],
    repository: Repository,
) -> Answer:
    """Make the answer of a turn: parts that each fit one post, with names instead of pings.

    `rest` is Markdown that goes on where the document ends; `tail` stands whole after that.
    """
    last = () if tail is None else tail.documents
    every = (document, *(it.document for it in attachments), *last)
    people = set().union(*(it.people for it in every))
    names = await surface.names(sorted(people)) if people else {}
    its_id = answer_id(turn_id)

    def named(it: Document) -> Document:
        return it.with_names(names) if names else it

    def fit() -> Fitted:
        return fitted(
            named(document),
            rest,
            surface.parts,
            short_key(its_id),
            takes_files=surface.takes_files(),
            attachments=[replace(it, document=named(it.document)) for it in attachments],
            images=images,
        )

    if rest or attachments or images or _is_long(document):
        whole = await asyncio.to_thread(fit)
    elif len(parts := surface.parts(named(document))) > 1:
        whole = fit()
    else:
        # An answer that fits one post needs neither a file nor a remark.
        whole = Fitted(parts)
    more = [part for it in last for part in surface.parts(named(it))]
    parts = [*whole.parts, *more]
    stored = [{"document": part.to_json(), "text": plain_text(part)} for part in parts]
    if tail is not None and tail.actions:
        stored[-1]["actions"] = [asdict(action) for action in tail.actions]
    message = NewMessage(
        id=its_id,
        author_id=AUTHOR,
        text="\n\n".join(str(part["text"]) for part in stored),
        sent_at=repository.date(),
        request_id=request_id,
        kind=ANSWER,
        attributes={
            "parts": stored,
            "questions": list(questions),
            **({"files": [file.title for file in whole.files]} if whole.files else {}),
        },
    )
    return Answer(message, parts, whole.files)


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
