"""Signs as people read them: `next`, `said more than 3`, `amount by moment`."""

from bot.investigators.brief.evidence import Evidence, InReply, MoreThan, Sign, Wanted
from bot.investigators.brief.replies import Form
from bot.investigators.brief.wants import Wants


def written(sign: Sign) -> str:
    """Write a sign in a few words."""
    match sign:
        case MoreThan(measure, bound):
            return f"{measure.name.lower()}>{bound}"
        case Wanted(wanted):
            return f"wants_{_name(wanted)}"
        case InReply(wanted, form):
            return f"{_name(wanted)}:{_name(form)}"
        case Evidence():
            return sign.name.lower()


def _name(flag: Wants | Form) -> str:
    return (flag.name or "no_form").lower()
