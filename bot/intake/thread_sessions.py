"""The session that a thread has for the people who write there."""

from bot.messages import begun_by_alert
from session import Resolver, Session, SlackThread


async def session_of(resolver: Resolver, thread: SlackThread) -> Session | None:
    """Return the thread's session; one that only unknown authors made does not count.

    An alert's does: its thread has a case, which people can stop, mute and ask about.
    """
    session = await resolver.lookup_slack_session(thread, provisional=True)
    if session is None or (session.provisional and not begun_by_alert(session)):
        return None
    return session
