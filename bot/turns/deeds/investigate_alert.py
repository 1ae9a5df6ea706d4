"""Investigate an alert: it has a case of its own, which begins with a brief of it."""

from bot.messages import ALERT
from bot.turns.deeds.investigate import Investigate


class InvestigateAlert(Investigate):
    """The brief's work, whatever INVESTIGATOR is; comes after people's questions."""

    kinds = frozenset({ALERT})
    heeds_cards = False
