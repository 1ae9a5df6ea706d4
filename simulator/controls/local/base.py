"""The base of the verbs in this process: the workspace, and how to find things in it by name."""

from simulator.errors import NoSuchThing, Refused
from simulator.values import Channel, Message, User
from simulator.wiring import Wiring
from simulator.workspace.directory import SLACKBOT


class Local:
    """See `Controls` for what the verbs do."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._workspace = wiring.workspace

    def _user_id(self, name: str) -> str | None:
        try:
            return self._workspace.find_user(name).id
        except NoSuchThing:
            return None

    def _member(self, user: str, channel: str) -> tuple[User, Channel]:
        author = self._workspace.find_user(user)
        room = self._workspace.find_channel(channel)
        if author.id not in room.members and author.id != SLACKBOT:
            title = self._wiring.transcript.title(room.id)
            raise Refused(f"{author.real_name} is not in {title}.")
        return author, room

    def _message(self, room: Channel, ts: str) -> Message:
        found = self._workspace.messages.find(room.id, ts)
        if found is None:
            raise NoSuchThing(f"There is no message {ts} in {room.name}.")
        return found

    def _readable(self, room: Channel, ts: str) -> Message:
        whispers = (whisper for whisper in self._workspace.ephemerals if whisper.ts == ts)
        return next(whispers, None) or self._message(room, ts)

    def _own(self, user: str, channel: str, ts: str) -> tuple[User, Message]:
        author, room = self._member(user, channel)
        message = self._message(room, ts)
        if message.user != author.id:
            raise Refused(f"{author.real_name} did not write that message.")
        return author, message

    def _root(self, room: Channel, thread_ts: str | None) -> str | None:
        if thread_ts is None:
            return None
        thread = self._workspace.messages.thread(room.id, thread_ts)
        if not thread:
            raise NoSuchThing(f"There is no thread {thread_ts} in {room.name}.")
        return thread[0].root_ts
