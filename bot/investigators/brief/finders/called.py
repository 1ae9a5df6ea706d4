"""Reads what people call an id: a ticket, or a thing of which there are several."""

import re

from bot.investigators.brief.finders.canvas import END, START

_ID = (
    rf"{START}(?<![./-])[A-Z][A-Z0-9]{{0,9}}-(?=[A-Z0-9-]{{0,15}}\d)(?:20[0-4]\d-)?"
    rf"[A-Z0-9]{{1,10}}{END}(?![-.]\w)"
)
WIDE_FORM = re.compile(_ID)
"""`SHOP-4471`, and what some trackers make: `API-9KQ`, `P4-9928817`."""
_CALLED_A_TICKET = re.compile(
    r"(?:\b(?i:tickets?|case|jira|incident|vorgang|vorfall|dossier|chamado|тикет)"
    # At most three words between, and none that leads elsewhere: `Ticket beim Provider A1-774`.
    r"(?:\s(?!(?:with|on|for|of|in|from|about|on|bei|mit|für|and|und)\s)[A-Za-zÀ-ž]{2,12}){0,3}"
    r"(?:[^\n:.]{0,20}:)?|\b(?i:issue|write-?up|tracked (?:as|in|under)"
    r"|wrote (?:it|this|that) up (?:as|in)|filed (?:as|under)|see(?: also)?)|チケット|工单|티켓)"
    r"[\s#(*`]{0,3}"
    rf"(?P<id>{_ID})"
)
_STANDS_ON = re.compile(
    r"(?<!comment )(?<!commented )(?<!work )(?<!working )(?<!worked )"
    rf"\b(?:on|from|at|to|via|behind|between|near)\s(?P<id>(?=[A-Z0-9]{{2,10}}-\d(?!\d)){_ID})"
    rf"|(?P<numbered>(?=[A-Z]{{1,9}}\d[A-Z0-9]{{0,9}}-\d(?!\d)){_ID})"
)
"""One digit is a place far more often than a ticket there: `down on CORE-1`, `PS5-2`."""
_ONE_OF_SEVERAL = re.compile(
    # `a` is a preposition in Spanish and Italian, so an English word must stand before it.
    r"\b(?i:(?:with|for|is|has|have|of|use|using|need|get|got|at|on|in|as|from|to|and|or|like|try)\san?"
    r"|an|one|another|each|every|spare|eine?[nmr]?|une?|una)\s"
    r"(?:(?!(?:duplicate|related|linked|separate|new|ticket|jira|child|parent|sub|open|old)\b)"
    r"[A-Za-zÀ-ž]{2,15}\s)?"
    rf"(?P<id>{_ID})"
    r"(?!\s(?:tickets?|fix|bug|dup|follow|write|branch|pr\b|issue|story|epic|change|hotfix|patch|task"
    r"|comment|post|board|thread|incident|case))",
)


def tickets_in(text: str) -> frozenset[str]:
    """Return what the words before call a ticket: `ticket A1-7741002`, `New issue API-9KQ`."""
    return frozenset(match["id"] for match in _CALLED_A_TICKET.finditer(text))


def things_in(text: str) -> frozenset[str]:
    """Return what is no ticket by the words before: `a real TL-480`, `down on CORE-1`."""
    places = (match["id"] or match["numbered"] for match in _STANDS_ON.finditer(text))
    return models_in(text) | frozenset(places)


def models_in(text: str) -> frozenset[str]:
    """Return what an article makes one of several: `a real TL-480`."""
    return frozenset(match["id"] for match in _ONE_OF_SEVERAL.finditer(text))
