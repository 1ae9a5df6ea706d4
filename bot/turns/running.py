"""What a turn knows while it runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.slack.progress import ProgressMessage
from bot.turns.choose import Choice
from session import Lock, Message, Session, SlackThread


@dataclass(slots=True)
class RunningTurn:
    """Made by `TurnRunner`, written by nobody else."""

    lock: Lock
    session: Session
    """As it stood when the lock was taken."""
    thread: SlackThread
    choice: Choice
    guard: Callable[[], None]
    """Raises `LockLostError` unless the lease covers another post."""
    progress: ProgressMessage
    began_at: float
    notice_posted: bool = False
    is_recorded: bool = False
    """Its end is being stored, or is: nothing may be handed back any more."""
    dealt_with: Sequence[Message] = ()
    left_unposted: bool = False
    """An answer is stored that Slack did not take; the sweep tries again."""
