"""Every sentence of a brief, in one place."""

from collections.abc import Sequence
from datetime import timedelta

from bot.investigators.brief.indicators import Kind

TITLE = "Case brief"
TIMELINE = "What happened"
NEW_MESSAGES = "New messages"
OPEN_QUESTIONS = "Nobody has answered yet"
ANSWERED = "Answered meanwhile"
CHECKS = "Worth checking next"
INDICATORS = "Indicators"
NEW_INDICATORS = "New indicators"
ABOUT = "About your question"
NOTHING_TO_READ = "There is nothing in this thread for me to read yet."
FOOTER = (
    "Made by fixed rules from this thread alone, so check before you act. Addresses are defanged."
    " Mention me again for what is new since."
)

READING = "Reading the thread"

LABELS = {
    Kind.SECRET: "Secrets (removed)",
    Kind.ACCESS_KEY: "Access keys",
    Kind.IP: "IP addresses",
    Kind.DOMAIN: "Domains",
    Kind.URL: "URLs",
    Kind.EMAIL: "Mail addresses",
    Kind.HASH: "File hashes",
    Kind.CVE: "Vulnerabilities",
    Kind.ATTACK: "ATT&CK techniques",
    Kind.AWS: "AWS resources",
    Kind.ARN: "AWS ARNs",
    Kind.COMMIT: "Commits",
    Kind.TICKET: "Tickets",
    Kind.ERROR: "Errors",
}

CHECK_TEXTS = {
    "secret": "{it} posted at {when}: rotate it, delete the message, look for its use since.",
    "access_key": "{it}: turn it off, then read CloudTrail for what it did since {when}.",
    "public_ip": "{it}: look it up in the flow logs. Who else talked to it, and since when?",
    "metadata_ip": "{it} hands out credentials: who asked, and were they used elsewhere?",
    "hash": "{it}: search for it in EDR. Which other hosts have it?",
    "suspect_name": "{it}: search DNS and proxy logs. Which hosts asked for it?",
    "aws": "{it}: read CloudTrail around {when}. Who changed it, and with which role?",
    "cve": "{it}: which running versions are affected, and is the patch in?",
    "error": "{it}, first seen at {when}: what was deployed or changed in the hour before?",
    "commit": "{it}: read its diff. Is it what runs in production now?",
    "arn": "{it}: who can use it, and what did it do around {when}?",
    "private_ip": "{it}: find the machine and its owner in the asset inventory.",
}


def reading(messages: int, people: int) -> str:
    """Say what is being read."""
    return f"Reading {counted(messages, 'message')} from {counted(people, 'person', 'people')}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write `1 message`, `3 messages`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def joined(items: Sequence[str], limit: int = 3, last: str = "and") -> str:
    """Write `a, b and c`, or `a, b and 14 more`."""
    shown = [*items[:limit], *([f"{len(items) - limit} more"] if len(items) > limit else [])]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def span(length: timedelta) -> str:
    """Write a length of time in its two largest units: `2 h 10 min`, `3 d 4 h`."""
    minutes = round(length.total_seconds() / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    shown = [f"{number} {unit}" for number, unit in parts if number][:2]
    return " ".join(shown) or "under a minute"


def quiet(length: timedelta) -> str:
    """Mark a silence in the timeline."""
    return f"— {span(length)} quiet —"


def left_out(number: int) -> str:
    """Say how many messages the timeline leaves out."""
    return f"{counted(number, 'more message')} left out"


def repeats(number: int, until: str) -> str:
    """Say that an alert came again."""
    return f"and {number} more like it until {until}"


def and_more(number: int, after_others: bool) -> str:
    """End a list that was cut."""
    return f"and {number:,} more" if after_others else f"{number:,} of them"


def chase(who: str, when: str) -> str:
    """Suggest to ask again what nobody has answered."""
    return f"{who}'s question at {when} has no answer: ask somebody who should know, by name."


def only_since(when: str) -> str:
    """Open an answer to a question where nothing else is new."""
    return f"Nothing else is new since {when}."


def nothing_new(when: str) -> str:
    """Answer a mention that has no news."""
    return f"Nothing new in this thread since my last look at {when}."


def new_since(when: str, messages: int, people: Sequence[str]) -> str:
    """Open a follow-up."""
    by = f" from {joined(people)}" if people else ""
    return f"Since {when}: {counted(messages, 'new message')}{by}."


def new_indicators(when: str, number: int) -> str:
    """Sum up a follow-up in which only the question itself brought something new."""
    return f"{counted(number, 'new indicator')} since {when}."


def found(terms: Sequence[str], messages: int) -> str:
    """Introduce the messages that mention what somebody asked about."""
    return f"{counted(messages, 'message')} here on {joined(terms, 4)}:"


def not_found(terms: Sequence[str]) -> str:
    """Say plainly that the thread has nothing on it."""
    return f"Nobody else in this thread has mentioned {joined(terms, 4, 'or')}."


def asked(who: str, when: str, question: str, link: str) -> str:
    """Quote an open question."""
    return f"{who} at {when}: “{question}” ({link})"
