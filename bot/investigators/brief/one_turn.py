"""Makes the brief of one turn: a pure function of the case and its messages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.document.thread import Around, FileText, ThreadMessage
from bot.document.values import Document, Small, Text
from bot.investigators.brief import words
from bot.investigators.brief.beside import NOTHING_BESIDE, Beside
from bot.investigators.brief.briefing import (
    News,
    answer,
    called_open_before,
    read_up_to,
    remembering,
    told_before,
    told_runbook,
    whole,
)
from bot.investigators.brief.digest import Digest, digest
from bot.investigators.brief.layout import Layout
from bot.investigators.brief.lookup import Lookup, look_up
from bot.investigators.brief.reading import Entry, read_entries
from bot.investigators.contract import Case, Finding
from bot.messages import owes_answer, ts_of, wants_answer
from session import Message

_WANTS_ALL = re.compile(
    r"\b(?:full|whole|complete|entire)\b.{0,20}\b(?:brief|summary|timeline|thread|story|picture)"
    r"|\b(?:brief|summary|timeline)\b.{0,15}\bagain\b|\bfrom the (?:start|beginning)\b",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 2_000
MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Ask:
    """One of the messages to answer."""

    text: str
    wants_answer: bool
    """False for a reply that does not mention Burrow."""


def brief(
    case: Case,
    messages: Sequence[ThreadMessage],
    notebook: Mapping[str, Any] = MappingProxyType({}),
    own_domains: frozenset[str] = frozenset(),
    *,
    around: Around | None = None,
    files: Sequence[FileText] = (),
    known: Digest | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> Finding:
    """Brief the people of one thread: a pure function of the case and its messages.

    `notebook` is what the brief of the turn before left; `around` is the channel, where it is the
    case; `files` are those that all these messages share. `known` is the digest of all that, if
    it was made already; `beside` is what is told beside it.
    """
    read = [*(around.messages if around else ()), *messages]
    if known is None:
        asking = frozenset(ts_of(question) for question in case.new if wants_answer(question))
        known = digest(read_entries(read, asking, own_domains, files), files)
    names = _own_names(messages)
    asks = _asks(case, messages, names)
    wanted = [ask.text for ask in asks if ask.wants_answer]
    earlier = _earlier(known, case)
    since, latest = read_up_to(notebook), latest_of(read, case)
    if since is not None and not wanted:
        replies = _to_replies(known, asks, earlier, names, latest)
        return replace(replies, notebook=notebook)
    about, told = _looked_up(wanted, earlier, names), told_before(notebook)
    if since is None or want_all(wanted):
        about = [lookup for lookup in about if lookup.matches or lookup.indicators]
        finding = whole(known, about, case.session.ticket_id, latest, around, beside)
        finding = replace(finding, worth_posting=_is_owed(case, wanted))
    else:
        news = News(
            known,
            since,
            latest,
            told,
            around,
            beside,
            told_runbook(notebook),
            called_open_before(notebook),
        )
        finding = news.finding(about)
    if around is not None and not around.is_read:
        # Nothing counts as told: the next mention is answered as this one would have been.
        return replace(finding, notebook=notebook)
    runbook = beside.runbook.runbook.name if beside.runbook else told_runbook(notebook)
    is_about_channel = around is not None
    left = remembering(latest, known, told, is_about_channel=is_about_channel, runbook=runbook)
    return replace(finding, notebook=left)


def _asks(case: Case, messages: Sequence[ThreadMessage], names: frozenset[str]) -> list[Ask]:
    by_ts = {message.ts: message for message in messages}
    return [_ask(question, by_ts, names) for question in case.new]


def _earlier(known: Digest, case: Case) -> list[Entry]:
    """Return what was said before the messages to answer, files included."""
    new_ts = frozenset(map(ts_of, case.new))
    said = (entry for entry in known.entries if entry.message.ts not in new_ts)
    return [*said, *known.in_files]


def about_question(
    messages: Sequence[ThreadMessage], question: Message, own_domains: frozenset[str]
) -> Document:
    """Quote three places at most that are about a question; empty if there is none."""
    names = _own_names(messages)
    asked = _ask(question, {message.ts: message for message in messages}, names)
    entries = read_entries(messages, frozenset({ts_of(question)}), own_domains)
    lookup = look_up(asked.text, [it for it in entries if not it.is_to_burrow], names)
    if lookup is None or not lookup.matches:
        return Document()
    known = Digest(entries=tuple(entries), people=(), bots=(), sightings=(), questions=())
    layout = Layout.at(known, question.sent_at)
    without_model = Small((Text(words.WITHOUT_MODEL),))
    return Document((*layout.about(lookup), without_model))


def _is_owed(case: Case, wanted: Sequence[str]) -> bool:
    return bool(wanted) or any(map(owes_answer, case.new))


def want_all(wanted: Sequence[str]) -> bool:
    """Tell whether somebody asks for the whole brief again."""
    return any(_WANTS_ALL.search(text) for text in wanted)


def _to_replies(
    known: Digest,
    asks: Sequence[Ask],
    earlier: Sequence[Entry],
    names: frozenset[str],
    now: datetime,
) -> Finding:
    """Speak up unasked only if a question names an indicator that the thread has seen."""
    questions = [ask.text for ask in asks if "?" in ask.text]
    about = [
        lookup
        for lookup in _looked_up(questions, earlier, names)
        if lookup.indicators and lookup.matches
    ]
    if about:
        return answer(known, about, now)
    return Finding(text=words.NOTHING_TO_READ, worth_posting=False)


def _looked_up(
    texts: Sequence[str], earlier: Sequence[Entry], names: frozenset[str]
) -> list[Lookup]:
    found = (look_up(text, earlier, names) for text in texts[-2:])
    return [lookup for lookup in found if lookup is not None]


def _ask(message: Message, by_ts: dict[str, ThreadMessage], names: frozenset[str]) -> Ask:
    """Take the text as people see it, where the thread has it, without Burrow's name."""
    seen = by_ts.get(ts_of(message))
    text = (seen.text if seen else MENTION.sub("", message.text))[:_LONGEST_QUESTION]
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}(?!\w)[,:]?", "", text, flags=re.IGNORECASE)
    return Ask(text=text.strip(), wants_answer=wants_answer(message))


def _own_names(messages: Sequence[ThreadMessage]) -> frozenset[str]:
    names = {message.author.lower() for message in messages if message.is_burrow}
    return frozenset({"burrow"} | names | {word for name in names for word in name.split()})


def latest_of(messages: Sequence[ThreadMessage], case: Case) -> datetime:
    """Return when the last of them was sent."""
    return max(
        [*(seen.sent_at for seen in messages), *(question.sent_at for question in case.new)]
    )
