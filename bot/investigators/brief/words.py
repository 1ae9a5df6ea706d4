"""The sentences of a brief. `layout` fills `{when}` and the like."""

from datetime import timedelta

from bot.document.thread import FileText, LeftOut
from bot.investigators.brief.indicators import Kind
from bot.investigators.brief.things import Thing

TITLE = "Case brief"
TIMELINE = "What happened"
NEW_MESSAGES = "New messages"
AFFECTED = "Affected"
OPEN_QUESTIONS = "Nobody has answered yet"
ANSWERED = "Answered meanwhile"
CHECKS = "Worth checking next"
INDICATORS = "Indicators"
NEW_INDICATORS = "New indicators"
ABOUT = "About your question"
SEEN_BEFORE = "Also seen elsewhere"
ALSO_IN = "{names} also in {channel}, {when}"
ALSO_IN_MORE = "{names} also in {channel}, {when}, and in {count} more"
IN_MANY = "More than 20 other threads saw some of these."
RUNBOOK = "Runbook"
RUNBOOK_FITS = "{title} fits: this is about {why}."
RUNBOOK_OWNER = " Owner: {owner}."
NO_INDICATORS = "There are no indicators {place}."
NOTHING_TO_EXPORT = "There is nothing {place} to export yet."
CASE = "Case"
CASE_TITLE = "The case"
CASE_NOTE = (
    "Made by fixed rules from {thread} as it was at {when}: a draft of the post-mortem, to be"
    " checked. Addresses are defanged."
)
CASE_CHANNEL = " It holds what was said in {channel} too."
CASE_IN_PART = " Only {read} of {count} messages of the thread could be read."
STILL_TO_WRITE = "Still to write"
TO_WRITE = ("☐ Impact", "☐ Cause", "☐ What we change, who does it, and until when")
ANSWERED_QUESTIONS = "Questions with an answer"
PEOPLE = "People"
ALL_MESSAGES = "All messages"
WROTE = "{who}: {count}, from {first} to {last}"
WROTE_ONCE = "{who}: {count}, at {first}"
NOTHING_TO_READ = "There is nothing in this thread for me to read yet."
NOTHING_TO_ADD = "I found nothing to add to what this alert says."
NOTHING_ELSE = "There is nothing else in this thread yet."
NOTHING_AROUND = "There is nothing else in this thread yet, and nothing in {channel} since {when}."
NOT_READ = "I could not read {channel} just now. Mention me again in a minute."
TRY_ASKING = "Mention me here again when there is more. You can ask me, for example:"
EXAMPLES = (
    ("@Burrow what do we know so far?", "a brief of everything in this thread by then"),
    ("@Burrow who has seen 203.0.113.7?", "every message that names an address, a host or a word"),
    ("@Burrow help", "everything that I can do"),
)
"""What somebody can ask in an empty thread, and what it gives."""
EXAMPLE = "{question} for {gives}"
IN_THREAD = "in this thread"
IN_CHANNEL = "in this thread or in {channel}"
CHANNEL_SINCE = "{channel} since {when}"
THIS_THREAD = "this thread"
THREAD_AND_CHANNEL = "this thread and {channel}"
FOOTER = (
    "Made by fixed rules from {what} alone, so check before you act.\n"
    "Addresses are defanged. Mention me again to see what is new."
)
WITHOUT_MODEL = "Found by fixed rules, without a model, while you wait. Addresses are defanged."
FOOTER_BESIDE = (
    "Made by fixed rules from {what}, and from other threads and a runbook where it says so: check"
    " before you act.\nAddresses are defanged. Mention me again to see what is new."
)
READING = "Reading the thread"
NO_TEXT = "(no text)"
SOMEBODY = "somebody"

COLUMNS = ("Type", "Value", "Times", "First seen", "Note")
ROTATE = "rotate it"
LABEL_SAYS = "its link said {host}"
DEFANGED = "written defanged"
IN_FILE = "in {file}"

KINDS = {
    Kind.SECRET: ("secret", "secrets"),
    Kind.IP: ("IP address", "IP addresses"),
    Kind.DOMAIN: ("domain", "domains"),
    Kind.URL: ("URL", "URLs"),
    Kind.EMAIL: ("mail address", "mail addresses"),
    Kind.HASH: ("file hash", "file hashes"),
    Kind.CVE: ("vulnerability", "vulnerabilities"),
    Kind.ATTACK: ("ATT&CK technique", "ATT&CK techniques"),
    Kind.AWS: ("AWS resource", "AWS resources"),
    Kind.ACCESS_KEY: ("access key id", "access key ids"),
    Kind.ARN: ("AWS ARN", "AWS ARNs"),
    Kind.COMMIT: ("commit", "commits"),
    Kind.TICKET: ("ticket", "tickets"),
    Kind.ERROR: ("error", "errors"),
}
"""One, and several."""

THINGS = {
    Thing.HOST: "hosts",
    Thing.SERVICE: "services",
    Thing.DATABASE: "databases",
    Thing.ACCOUNT: "accounts",
    Thing.PROCESS: "processes",
    Thing.FILE: "files",
    Thing.REGISTRY: "registry keys",
    Thing.SID: "SIDs",
    Thing.ID: "ids",
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

FILES_READ = "Files read: {files}."
FILES_NOT_READ = "Files not read: {files}."
FILE_LEFT_OUT = "{file} ({why})"
LEFT_OUT = {
    LeftOut.NOT_TEXT: "not text",
    LeftOut.TOO_LARGE: "larger than 1 MiB",
    LeftOut.TOO_MANY: "only the newest are read",
    LeftOut.NO_SCOPE: "the app lacks the scope files:read",
    LeftOut.ELSEWHERE: "not kept in Slack",
    LeftOut.UNREADABLE: "its content does not fit its type",
    LeftOut.REFUSED: "Slack does not give it to me",
    LeftOut.NO_ANSWER: "Slack did not answer",
}
IMAGE = "an image"
AUTHOR_IN_FILE = "{who} in {file}:"
ASKED = "{who} at {when}: “{question}”"
THINGS_ARE = "{things}: {names}"
REPLIED = "{said} ({replies})"
STATED = "{name} ({state} at {when})"
SAID = "{when} {who} {excerpt}"
REPEATS = "{said} (and {count} more like it until {when})"
LASTED = "{first} to {last} ({length})"
QUESTION = "{title} “{question}”"
ONLY_SINCE = "Nothing else is new since {when}."
NOTHING_NEW = "Nothing new {place} since my last look at {when}."
NEW_SINCE = "Since {when}: {count} from {people}."
NOT_FOUND = "Nobody else {place} has mentioned {terms}."


def reading(messages: int, people: int, files: int = 0) -> str:
    """Say what is being read."""
    said = f"Reading {counted(messages, 'message')} from {counted(people, 'person', 'people')}"
    return f"{said} and {counted(files, 'file')}" if files else said


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write `1 message`, `3 messages`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def span(length: timedelta) -> str:
    """Write a length of time in its two largest units: `2 h 10 min`, `3 d 4 h`."""
    minutes = round(length.total_seconds() / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    shown = [f"{number} {unit}" for number, unit in parts if number][:2]
    return " ".join(shown) or "under a minute"


def ago(length: timedelta) -> str:
    """Say how long ago something was: `12 days ago`."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def more_seen(number: int) -> str:
    """Count the indicators that were seen elsewhere too and are not named."""
    return f"and {counted(number, 'more indicator')}"


def quiet(length: timedelta) -> str:
    """Mark a silence in the timeline."""
    return f"— {span(length)} quiet —"


def left_out(number: int) -> str:
    """Say how many messages the timeline leaves out."""
    return f"{counted(number, 'more message')} left out"


def and_more(number: int) -> str:
    """End a list that was cut."""
    return f"and {number:,} more"


def indicators(number: int, kinds: str) -> str:
    """Count the indicators; `kinds` says how many of each."""
    return f"{counted(number, 'indicator')}: {kinds}."


def exported(messages: int, indicators: int, open_questions: int) -> str:
    """Say what an exported case holds."""
    return (
        f"The case so far: {counted(messages, 'message')}, {counted(indicators, 'indicator')},"
        f" {counted(open_questions, 'open question')}."
    )


def why_left_out(file: FileText) -> str:
    """Say why a file was not read."""
    if file.left_out is LeftOut.NOT_TEXT and file.file.media_type.startswith("image/"):
        return IMAGE
    return LEFT_OUT[file.left_out] if file.left_out else ""


def found(messages: int, files: int) -> str:
    """Introduce the messages and files that mention what somebody asked about."""
    places = [counted(messages, "message")] if messages or not files else []
    places += [counted(files, "file")] if files else []
    return f"{' and '.join(places)} here on {{terms}}:"
