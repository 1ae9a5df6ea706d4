"""The answer to `help`."""


def help_text(
    *,
    reads_replies: bool,
    has_model: bool,
    has_alerts: bool = False,
    takes_files: bool = True,
    takes_directs: bool = True,
) -> str:
    """Say how to work with the bot, and how it could do more.

    `takes_files`, `takes_directs`: whether it may attach files, and send direct messages.
    """
    export = "as a file" if takes_files else "as much as fits into ten messages"
    catch_up = "sends you what happened so far"
    if not takes_directs:
        catch_up = "shows you what happened so far, as much as fits into one message"
    replies = (
        "After that I read every reply in the thread."
        if reads_replies
        else "I read other replies with the next mention."
    )
    lines = [
        f"Mention me in a thread with a question. I investigate and answer there. {replies}"
        " I work on one investigation at a time in each thread. New questions wait for their"
        " turn.",
        "• `@Burrow stop` ends the investigation that runs in this thread. I keep what I found",
        "• `@Burrow stop all` ends that and every question that waits",
        "• `@Burrow indicators` posts the table of all indicators in this thread",
        f"• `@Burrow export` posts the whole case {export}, the draft of a post-mortem",
        f"• `@Burrow catch me up` {catch_up}, for you alone",
        "• `@Burrow status` says what I'm doing, for whom, and how many questions wait",
    ]
    if reads_replies:
        lines += [
            "• `@Burrow mute`: from then on I read only mentions in this thread",
            "• `@Burrow unmute`: I read every reply in this thread again",
        ]
    elif has_alerts:
        lines += [
            "• `@Burrow mute` in an alert's thread: I won't say when it comes again or is over",
            "• `@Burrow unmute` in an alert's thread: I say so again",
        ]
    if not has_model:
        lines.append(
            "I work without a language model here. To turn one on, an operator sets"
            " `INVESTIGATOR=agent` and `MODEL`"
        )
    return "\n".join(lines)
