"""Reads Slack's own markup in Markdown: people, channels, groups, links, dates.

Format: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from dataclasses import replace
from datetime import UTC, datetime

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from bot.document.nodes import Inline, Inlines, Link, Person, Text, Time, TimeForm

TOKEN = "slack"
_MARKUP = re.compile(r"<([@#!]?)([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>")
_USER = re.compile(r"[UW][A-Z0-9]+")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]+")
_EVERYBODY = frozenset({"channel", "here", "everyone", "group"})
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")


def install(markdown: MarkdownIt) -> None:
    """Let the parser read Slack's markup before anything else that begins with `<`."""
    markdown.inline.ruler.before("autolink", TOKEN, _read)


def _read(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    match = _MARKUP.match(state.src, state.pos, state.posMax)
    node = _node(*match.groups()) if match else None
    if match is None or node is None:
        return False
    if not silent:
        state.push(TOKEN, "", 0).meta = {"node": node}
    state.pos = match.end()
    return True


def nodes_in(text: str, look: Text) -> Inlines:
    """Return the words of a text without other markup, and what Slack's markup in it names."""
    nodes: list[Inline] = []
    end = 0
    for match in _MARKUP.finditer(text):
        if (node := _node(*match.groups())) is not None:
            nodes += (replace(look, text=text[end : match.start()]), node)
            end = match.end()
    return (*nodes, replace(look, text=text[end:]))


def _node(sigil: str, target: str, label: str | None) -> Inline | None:
    """Return what the markup names, or None if it is no markup of Slack's."""
    match sigil:
        case "@" if _USER.fullmatch(target):
            return Person(target)
        case "#" if _CHANNEL.fullmatch(target):
            return Text("#" + (label or target).removeprefix("#"))
        case "!":
            return _special(target, label)
        case "" if _ADDRESS.fullmatch(target):
            return Link(target, label or "")
    return None


def _special(target: str, label: str | None) -> Inline | None:
    kind, _, rest = target.partition("^")
    if kind in _EVERYBODY:
        return Text(f"@{kind}")
    if kind == "subteam" and rest:
        return Text("@" + (label or rest).removeprefix("@"))
    if kind == "date":
        return _date(rest, label or "")
    return None


def _date(rest: str, fallback: str) -> Inline:
    """https://docs.slack.dev/messaging/formatting-message-text (section "Date formatting")."""
    seconds, _, more = rest.partition("^")
    form, _, url = more.partition("^")
    try:
        when = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return Text(fallback or rest)
    return Time(when, TimeForm.DATE_AND_CLOCK if "date" in form else TimeForm.CLOCK, url)
