"""Indicators: the table of all that a thread holds, again."""

from bot.messages import INDICATORS
from bot.turns.deeds.investigate import Investigate


class Indicators(Investigate):
    """The brief's work, whatever INVESTIGATOR is; what counts as new stays as it is."""

    kinds = frozenset({INDICATORS})
    heeds_cards = False
