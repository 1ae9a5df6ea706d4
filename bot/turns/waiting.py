"""Messages that have to wait: an hourglass on each, and one line for each author."""

from collections import OrderedDict
from collections.abc import Sequence

from bot import words
from bot.slack.people import People
from bot.slack.signals import Signals
from session import Message, MessageKind, Repository, SessionId, SlackThread, TurnId

_REMEMBERED = 1000


class Waiting:
    """Stateless but for whom it told already: the marks stand in Slack, the queue in the store."""

    def __init__(self, repository: Repository, signals: Signals, people: People) -> None:
        self._repository = repository
        self._signals = signals
        self._people = people
        self._told: OrderedDict[tuple[SessionId, str], TurnId] = OrderedDict()

    async def mark(self, thread: SlackThread, message: Message) -> None:
        """Show that a new message waits, if a running turn has not taken it up."""
        open_messages = await self._repository.open_messages(message.session_id)
        running = [one for one in open_messages if one.turn_id is not None]
        waits = message.kind is MessageKind.QUESTION and any(
            one.id == message.id and one.turn_id is None for one in open_messages
        )
        if not (running and waits):
            return
        ts = str(message.attributes["ts"])
        await self._signals.react(thread.channel_id, ts, Signals.WAITING)
        await self._tell(thread, message, running[0])
        if not await self._still_waits(message):
            await self._signals.unreact(thread.channel_id, ts, Signals.WAITING)

    async def clear(
        self, thread: SlackThread, dealt_with: Sequence[Message], holder_id: str
    ) -> None:
        """Take the marks off; the message that the turn began with never had one."""
        for message in dealt_with:
            if message.request_id != holder_id and (ts := message.attributes.get("ts")):
                await self._signals.unreact(thread.channel_id, str(ts), Signals.WAITING)

    async def _tell(self, thread: SlackThread, message: Message, ahead: Message) -> None:
        """Tell the author once for each turn that they wait for."""
        key, turn_id = (message.session_id, message.author_id), ahead.turn_id
        if turn_id is None or self._told.get(key) == turn_id:
            return
        self._told[key] = turn_id
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        if ahead.author_id == message.author_id:
            text = words.waiting_behind_yourself()
        else:
            text = words.waiting(await self._people.name(ahead.author_id))
        await self._signals.whisper(thread.channel_id, thread.thread_ts, message.author_id, text)

    async def _still_waits(self, message: Message) -> bool:
        stored = await self._repository.get_message(message.id)
        return stored is not None and stored.is_open
