"""The contract of a surface: what a turn needs of the place where its conversation is seen."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from bot.document.posts import Action, File, Label, Posted, Sign
from bot.document.thread import Around, Elsewhere, FileImage, FileText, ReadInPart, ThreadMessage
from bot.document.values import Document
from session import Lock, Message, SlackThread


class Posts(Protocol):
    """A holder's way to write into the conversation. It refuses once the lease does not cover it.

    Each method raises `LockLostError` then, and `PostingError` where the surface refuses or does
    not answer.
    """

    async def post(
        self,
        document: Document,
        label: Label,
        *,
        actions: Sequence[Action] = (),
        may_repeat: bool = True,
    ) -> Posted:
        """Post one part, looking an unclear attempt up by its label before it is repeated."""
        ...

    async def update(
        self,
        posted: Posted,
        document: Document,
        *,
        actions: Sequence[Action] = (),
        is_last: bool = False,
    ) -> None:
        """Replace a post of ours; doing it twice does no harm.

        The last update of a turn's own message needs no lease: it ends it and says nothing new.
        """
        ...

    def keep_place(self) -> Callable[[], None] | None:
        """Keep a place for the last update of a message to come, if there is one.

        Returns what gives it back: for that update, or if the message never came. All turns share
        what the conversation's home allows.
        """
        ...

    def try_turn_to_update(self) -> bool:
        """Take a place for one update if there is one now.

        An update without a place may be sent too, and counts.
        """
        ...

    async def turn_to_update(self) -> None:
        """Wait for a place for one update, and take it."""
        ...

    async def ours(self, label: Label) -> Sequence[Posted]:
        """Return our posts of the label's kind and key (empty: of any), oldest first.

        Raises `LabelsHiddenError` where posts of ours stand there and none shows its label.
        """
        ...

    async def attach(self, file: File, *, is_stopped: Callable[[], Awaitable[bool]]) -> None:
        """Add a file, and return once it stands there or `is_stopped` says so.

        `PostingError` without hope: the conversation is gone, and the file is deleted.
        """
        ...

    async def attached(self) -> frozenset[str]:
        """Return the titles of our files that stand there."""
        ...


class Surface(Protocol):
    """The place where one conversation is seen, such as a Slack thread."""

    async def read(self) -> Sequence[ThreadMessage]:
        """Read the conversation, oldest first; asks at most once in a turn."""
        ...

    async def around(self, since: datetime | None = None) -> Around | None:
        """Read what its channel holds from `since` on (None: of the last six hours).

        None where there is no channel to read: a direct or a group message, a terminal, a
        channel that refuses it, or the setting CHANNEL_CONTEXT. Asks at most once in a turn.
        """
        ...

    async def read_files(self, messages: Sequence[ThreadMessage]) -> Sequence[FileText]:
        """Read the text files that these messages share, oldest first: the newest five.

        Those that are not read come too, each with why. Asks for a file at most once in a turn.
        """
        ...

    async def read_images(self, messages: Sequence[ThreadMessage]) -> Sequence[FileImage]:
        """Read the newest four images that these messages share, oldest first."""
        ...

    async def elsewhere(self, threads: Sequence[SlackThread]) -> Mapping[SlackThread, Elsewhere]:
        """Return those of other conversations that may be shown here, and no others.

        Each is one that every member who reads this one may see anyway. None is of direct
        messages, and none is shown where people of another organisation read.
        """
        ...

    def read_in_part(self) -> ReadInPart | None:
        """Tell how much `read` gave, if that was not all; pure."""
        ...

    async def names(self, user_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the names that people see; an id whose name is not known stands for itself."""
        ...

    async def zone(self, user_id: str) -> tzinfo | None:
        """Return the time zone in which somebody is now; None where that is not known."""
        ...

    def link(self, message: Message) -> str:
        """Return the address of somebody's message; pure."""
        ...

    async def mark(self, ts: str, sign: Sign) -> None:
        """Put a sign on somebody's message; best effort."""
        ...

    async def unmark(self, ts: str, sign: Sign) -> None:
        """Take a sign off, whichever instance put it there; best effort."""
        ...

    async def hint(self, user_id: str, document: Document, *, about: str = "") -> bool:
        """Whisper to one person about the message with this `ts`; say whether it can be seen."""
        ...

    async def direct(self, user_id: str, document: Document) -> bool:
        """Tell one person by direct message; say whether it was taken."""
        ...

    async def status(self, text: str | None) -> None:
        """Show that work goes on (None: that it ended); best effort."""
        ...

    async def suspend(self) -> None:
        """Show that a person is waited for; best effort."""
        ...

    async def find(self, label: Label) -> str | None:
        """Return the id of our last post of the label's kind and key, if it can be found."""
        ...

    async def revise(
        self, posted_id: str, document: Document, *, actions: Sequence[Action] = ()
    ) -> bool:
        """Replace a post of ours without the lease; say whether that was done.

        Only for what the store decides, so that every writer writes the same.
        """
        ...

    def address(self, posted_id: str) -> str:
        """Return the address of a post by its id, somebody else's too; pure."""
        ...

    def takes_files(self) -> bool:
        """Tell whether files can be attached; pure."""
        ...

    def parts(self, document: Document) -> Sequence[Document]:
        """Cut a document into parts that each fit one post; pure."""
        ...

    def under(self, lock: Lock) -> Posts:
        """Give the holder of `lock` its pen."""
        ...
