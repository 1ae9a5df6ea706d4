"""The sentences about approvals that people read in Slack."""

from bot.investigators.approvals import CallState

APPROVE = "Approve"
DENY = "Deny"
ARGUMENTS = " with these arguments:"
OF_SERVER = " of the server "
ASKED_BY = "Asked by "
OPEN_UNTIL = ". Open until "
UNDECIDED = "not decided yet"
NOT_RUN = "not run"
APPROVED_BY = "approved by "
DENIED_BY = "denied by "
APPROVED_SENTENCE = " Approved by "
DENIED_SENTENCE = " Denied by "
NOBODY_ANSWERED = "Nobody answered within 24 hours."
DELETED = "Its question was taken back."
NOT_NEEDED = "It is not needed any more."
WITHDRAWN = "The open approval is withdrawn. Nothing was run."
WITHDRAWN_BY = "Withdrawn by "
EXPIRED = (
    "Nobody approved or denied this within 24 hours, so I did not run it. Ask me again if you"
    " need it."
)
OVER = "This approval is not open any more. Your click did nothing."
TRY_AGAIN = "I could not find out who you are, so your click did not count. Please press again."
MAY_NOT = "Sorry, you may not approve or deny this here. Please ask somebody who may."
NOT_BY_WORDS = "I can't take a decision from a message. Please press a button"
THE_CARD = "on the card"
WAITS = "An approval is open in this thread."


def title(calls: int) -> str:
    """Say that somebody has to approve calls."""
    if calls == 1:
        return "I'd like to run this. Somebody has to approve it."
    return f"I'd like to run these {calls} calls. Somebody has to approve each of them."


def button(text: str, number: int, of: int) -> str:
    """Name a button; where there are several calls, by their number too."""
    return text if of == 1 else f"{text} {number}"


def ended(state: CallState, why: str) -> str:
    """Say what became of a call."""
    match state:
        case CallState.DONE:
            return "done"
        case CallState.UNKNOWN:
            return "outcome not known, it may have been done"
        case CallState.NOT_RUN:
            return f"not run ({why})" if why else NOT_RUN
    return f"failed ({why})" if why else "failed"


def decided_already(approved: bool, name: str) -> str:
    """Say who was faster."""
    done = "approved" if approved else "denied"
    return f"{name} has {done} this already. Your click did not count."
