"""Ids: deterministic for Slack, so that every instance derives the same one; random elsewhere."""

import hashlib
import secrets
from functools import lru_cache

from session.messages import MessageId, SessionId, TurnId
from session.models import SlackThread

_VERSION = "burrow-v1"
_ANY = "surrogatepass"
"""Any text has an id; whether it can be stored is not decided here."""


def slack_session_id(thread: SlackThread, ticket_id: str | None = None) -> SessionId:
    """Derive the one session id of a thread (with a ticket: of the thread and the ticket)."""
    parts = thread.team_id, thread.channel_id, thread.thread_ts
    if not ticket_id:
        return SessionId("slack_ticketless_" + _digest(*parts))
    return SessionId("slack_" + _digest(*parts, ticket_id))


def slack_message_id(team_id: str, channel_id: str, ts: str) -> MessageId:
    """Derive the key of a Slack message; twin events, redeliveries and copies all meet in it."""
    return MessageId("slack_msg_" + _digest(team_id, channel_id, ts))


def answer_id(turn_id: TurnId) -> MessageId:
    """Derive the key of a turn's answer."""
    return MessageId(f"{turn_id}/answer")


def random_session_id(source: str) -> SessionId:
    """Make a random 128-bit session id such as `cli_0f3a…`."""
    return SessionId(f"{source}_{secrets.token_hex(16)}")


# A message's id is asked for again and again while it is dealt with.
@lru_cache(maxsize=2048)
def _digest(*parts: str) -> str:
    """Hash length-prefixed parts, so that no separator inside a part can make two lists meet."""
    text = "".join(f"{len(part.encode(errors=_ANY))}:{part}" for part in (_VERSION, *parts))
    return hashlib.sha256(text.encode(errors=_ANY)).hexdigest()[:32]
