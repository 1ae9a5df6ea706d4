"""Finds the thread that a post belongs to."""

from simulator.api.call import Call
from simulator.errors import SlackError
from simulator.values import Channel

WITHOUT_THREAD = frozenset(
    {
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_purpose",
        "channel_topic",
        "group_join",
        "group_leave",
    }
)
"""Messages under which nobody can reply: `cannot_reply_to_message`."""


def root_of(
    call: Call, channel: Channel, *, missing: str | None = "thread_not_found"
) -> str | None:
    """The root's `ts` for the argument `thread_ts`; a reply's own `ts` leads to its root.

    None where the root was deleted and has no replies: Slack takes the post without an error and
    puts it into the channel (https://github.com/slack-go/slack/issues/1571). `missing` is the
    error for a thread that never was.
    """
    given = call.text("thread_ts")
    if not given:
        return None
    thread = call.workspace.messages.thread(channel.id, given)
    if not thread:
        if missing:
            raise SlackError(missing)
        return None
    if thread[0].subtype in WITHOUT_THREAD:
        raise SlackError("cannot_reply_to_message")
    return None if thread[0].deleted and len(thread) == 1 else thread[0].root_ts
