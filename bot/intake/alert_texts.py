"""Reads an alert: its title without figures, its host, and whether it says that it is over.

The shapes are those of Alertmanager's and Grafana's Slack receivers, Datadog, PagerDuty, Sentry,
Opsgenie and AWS's chat application: a header block, a title of an attachment or a first line; a
status in brackets, in front, behind an arrow or in a field; a colour.
https://prometheus.io/docs/alerting/latest/configuration/#slack_config and
https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.investigators.brief.finders.tickets import is_ticket_id
from bot.investigators.brief.things import Thing, named_in
from bot.slack.text import mappings, raw_text, readable

_LONGEST_TITLE = 300
_LONGEST_TEXT = 3_000
_VERSION = "alert-v1"

_EMOJI = re.compile(r"(?<!\w):(?=[\d_+-]*[a-z])[a-z0-9_+-]+:", re.IGNORECASE)
_HOST_OF_URL = re.compile(r"(?<!\()\bhttps?://(?:[^\s/@]*@)?([\w.-]+)", re.IGNORECASE)
"""In brackets stands where the words before it link to: mostly the alert's own page."""
_ADDRESS = re.compile(r"\(?\bhttps?://\S+")
_EMPHASIS = re.compile(r"[*`]")
_STAMPS = re.compile(r"\d{4}-\d\d-\d\d(?:[t ]\d\d:?\d\d[\d:.]*)?(?:z\b|[+-]\d\d:?\d\d)?")
_IDS = re.compile(r"\b(?=[a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{2,})*\b")
_NUMBERS = re.compile(
    r"(?<![a-z_\d])\d+(?:[.,:]\d+)*(?:(?:[kmgt]i?b?|n?s|[mu]s|min|h|d|%|pct|rpm|rps)\b|(?![a-z_]))"
)
"""With its unit; a figure inside a name (`5xx`, `p99`, `s3`) belongs to the name."""
_TIME_WORDS = re.compile(
    r"\b(?:am|pm|utc|gmt|z|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july"
    r"|august|september|october|november|december)\b"
)
_OVER = r"(?:resolved|ok|recovered|closed)"
_ON = (
    r"(?:firing|alerting|(?:re-?)?triggered|(?:re-?)?opened|open|problem|alarm|acknowledged|warn"
    r"|no data)"
)
_STATUS_WORDS = re.compile(rf"\b(?:{_OVER}|{_ON}|new|is|now|has been)\b")
_IN_FRONT = re.compile(
    rf"^\W*(?:\d+\W+)?(?:(?:alert|alarm|incident|monitor|status|state)\W+)?(?P<status>{_OVER}|{_ON})\b"
    r"(?=\s*(?:$|[]:|#—–)}~*→]|-\s)|\s+(?:on|by|incident|alert|alarm|alert:|#\d)\b)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(rf"[\[({{]\s*(?P<status>{_OVER}|{_ON})\b", re.IGNORECASE)
_AT_THE_END = re.compile(
    r"(?:(?:\bis|\bnow|\bbeen|[:|–—]|\s-)\s*(?:resolved|ok|recovered)"
    rf"|(?:→|->|=>|➜)\W*{_OVER})\W*$",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:^|[\n|•·]|\s{2})\s*(?:(?:alert|incident|current|new)\s+)?(?:status|state)\s*[:=]\s*"
    r"(?P<status>[a-z]+)",
    re.IGNORECASE,
)
_IS_OVER = re.compile(_OVER, re.IGNORECASE)
_IS_ON = re.compile(_ON, re.IGNORECASE)
_IP = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)")
_NAME = re.compile(r"[\w.@-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The parts of an alert by which two are compared, and the state that it tells."""

    title: str
    """In lower case, without figures, times, signs and words for its state."""
    host: str
    """As it stands there; empty if none is named."""
    is_over: bool

    def fingerprint(self, app_id: str) -> str:
        """Return what two alerts of one app have in common exactly if they are the same."""
        parts = (_VERSION, app_id, self.title, self.host)
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]


def alert_in(message: Mapping[str, Any]) -> Alert:
    """Read a message of an app as an alert; never raises."""
    text = _EMPHASIS.sub("", text_of_alert(message)[:_LONGEST_TEXT])
    title = _title(message, text)
    return Alert(
        title=_without_figures(title),
        host=_host(title, text),
        is_over=_is_over(message, title, text),
    )


def text_of_alert(message: Mapping[str, Any]) -> str:
    """Return what people see of an alert: its text, blocks and attachments, as plain lines."""
    return readable(raw_text(message), {})


def _title(message: Mapping[str, Any], text: str) -> str:
    """Return its header, the title of its attachment, or its first line."""
    found = next(_titles(message), "") or next(iter(text.strip().splitlines()), "")
    return _EMPHASIS.sub("", _EMOJI.sub(" ", readable(found, {})))[:_LONGEST_TITLE].strip()


def _titles(message: Mapping[str, Any]) -> Iterator[str]:
    attachments = _own_attachments(message)
    for holder in (message, *attachments):
        for block in mappings(holder.get("blocks")):
            header = block.get("text") if block.get("type") == "header" else None
            if isinstance(header, Mapping) and str(header.get("text") or "").strip():
                yield str(header["text"])
    for attachment in attachments:
        if title := str(attachment.get("title") or "").strip():
            yield title


def _without_figures(title: str) -> str:
    text = _STAMPS.sub("#", _ADDRESS.sub(" ", title.lower()))
    text = _IDS.sub("#", text)
    text = _TIME_WORDS.sub(" ", _NUMBERS.sub("#", text))
    text = re.sub(r"[^\w#]+", " ", _STATUS_WORDS.sub(" ", text))
    return re.sub(r"#(?:\s*#)*", "#", text).strip(" #_")


def _host(title: str, text: str) -> str:
    """Return the host that a label names, else one that the title names by its form or a URL."""
    labelled = (
        _NAME.match(text[it.start : it.end])
        for it in named_in(text)
        if it.is_labelled and it.thing in (Thing.HOST, Thing.DATABASE)
    )
    if name := next(filter(None, labelled), None):
        return name[0]
    by_form = [title[it.start : it.end] for it in named_in(title) if not it.is_labelled]
    machines = [name for name in by_form if not is_ticket_id(name)]
    return next(iter((*machines, *_IP.findall(title), *_HOST_OF_URL.findall(title))), "")


def _is_over(message: Mapping[str, Any], title: str, text: str) -> bool:
    """Tell by the title, else by a field for the status, else by the colour."""
    if _AT_THE_END.search(title) or _IS_OVER.fullmatch(title.strip("_~ ")):
        return True
    found = _IN_FRONT.search(title) or _IN_BRACKETS.search(title) or _FIELD.search(text)
    if found and _IS_OVER.fullmatch(found["status"]):
        return True
    if found and _IS_ON.fullmatch(found["status"]):
        return False
    colours = [str(it.get("color") or "") for it in _own_attachments(message)]
    given = [colour for colour in colours if colour]
    return bool(given) and all(map(_is_green, given))


def _is_green(colour: str) -> bool:
    """Tell green from others: Slack's own word for it is `good`."""
    if colour.lower() in ("good", "green"):
        return True
    digits = colour.lstrip("#")
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        return False
    red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    return green >= red + 40 and green >= blue + 20


def _own_attachments(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return those that the app wrote; Slack adds others for links and forwarded messages."""
    return [
        attachment
        for attachment in mappings(message.get("attachments"))
        if not (attachment.get("from_url") or attachment.get("is_share"))
    ]
