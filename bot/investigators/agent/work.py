"""The state that the hooks and tools of one turn share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic_ai.messages import BinaryContent

from bot.document.posts import Image
from bot.document.thread import Around, FileText, ThreadMessage
from bot.document.values import PlanItem
from bot.investigators.agent.budget import Budget
from bot.investigators.agent.prompt import Telling
from bot.investigators.agent.record import Record
from bot.investigators.agent.sources import Sources
from bot.investigators.approvals import PendingCall
from bot.investigators.brief.reading import Entry, read_entries
from bot.investigators.brief.runbooks import Runbooks
from bot.investigators.contract import Case
from bot.messages import wants_answer
from bot.observe.recorder import NO_RECORDER, Recorder

_MOST_IMAGES = 3
Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Work:
    """One turn's work; `Deps` of the agent."""

    case: Case
    sources: Sources
    telling: Telling
    record: Record
    budget: Budget
    say: Say
    """Shows a few words of progress."""
    now: Callable[[], datetime]
    context_tokens: int
    recorder: Recorder = NO_RECORDER
    messages: Sequence[ThreadMessage] = ()
    """The thread as it was read when the turn began, after the channel if that is the case."""
    around: Around | None = None
    """The channel, where it is the case."""
    files: Sequence[FileText] = ()
    """The files that these messages share, read or not."""
    images: list[Image] = field(default_factory=list)
    """What tools showed; attached to the answer."""
    runbooks: Runbooks | None = None
    own_domains: frozenset[str] = frozenset()
    is_whole: bool = True
    """Whether all that the case holds was read."""
    plan: tuple[PlanItem, ...] = ()
    remarks: list[str] = field(default_factory=list)
    """What is to stand in small print under the answer."""
    is_shared: bool = False
    """Another organisation reads this channel."""
    unavailable: dict[str, str] = field(default_factory=dict)
    """Tool servers that cannot be used, with the reason."""
    told_unavailable: set[str] = field(default_factory=set)
    hidden_tools: set[str] = field(default_factory=set)
    """Tools that have no use in this turn."""
    refused_tools: set[str] = field(default_factory=set)
    """Tools whose schema the provider does not take."""
    servers: dict[str, str] = field(default_factory=dict)
    """Whose the tools are that are offered now, by their names."""
    offered: tuple[str, ...] = ()
    """The tools of the last request, in its order."""
    asked: dict[str, PendingCall] = field(default_factory=dict)
    """The calls that people are to be asked about, by their ids."""
    begun: set[str] = field(default_factory=set)
    """Ids of the approved calls that began to run."""
    notes: list[str] = field(default_factory=list)
    """What the model is told once, before its first request."""
    must_look: bool = False
    """The next request lets the model only look, since it has not looked yet."""
    looked_before: bool = False
    """This turn goes on with the run of an earlier one, which had looked already."""
    ended_by: str | None = None
    """The limit that made the model answer early."""
    left_out: list[str] = field(default_factory=list)
    """What the last request did not hold, so that it was short enough."""
    complaints: list[str] = field(default_factory=list)
    """What was said to the model about its answers; a weak one repeats it to people."""
    was_cut: bool = False
    """An answer of the model was cut off at its longest."""
    was_asked_often: bool = False
    """The provider was asked once more as often as that is done, and in vain."""
    wants_shorter: bool = False
    """The next request asks for a shorter answer."""
    _entries: list[Entry] | None = None

    def entries(self) -> list[Entry]:
        """Read what the messages and files say, once: a thousand messages take half a second."""
        if self._entries is None:
            asks = {ts for ts, it in self.telling.asking.items() if wants_answer(it)}
            self._entries = read_entries(
                self.messages, frozenset(asks), self.own_domains, self.files
            )
        return self._entries

    def keep_images(self, found: Sequence[BinaryContent], title: str) -> None:
        """Keep what a tool shows, for beside the answer: the newest three, each once."""
        for image in found:
            kept = Image(title=title, media_type=image.media_type, data=image.data)
            others = [it for it in self.images if it.data != kept.data]
            self.images = [*others, kept][-_MOST_IMAGES:]

    def audit(self) -> dict[str, Any]:
        """Return what an operator may want to know of this turn; 60 calls take about 30 kB."""
        return {
            "requests": self.budget.requests,
            "tokens": self.budget.tokens,
            "ended_by": self.ended_by,
            "unavailable": dict(self.unavailable),
            "calls": self.record.as_audit(),
        }
