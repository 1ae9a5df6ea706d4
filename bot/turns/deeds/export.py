"""Export: the whole case as one file."""

from bot.messages import EXPORT
from bot.turns.deeds.investigate import Investigate


class Export(Investigate):
    """The brief's work, whatever INVESTIGATOR is; what counts as new stays as it is."""

    kinds = frozenset({EXPORT})
    heeds_cards = False
