"""The bot of a campaign: as `python -m bot`, but its cards are open for seconds, not for a day."""

import sys
from datetime import timedelta

from bot.cards import card
from tests.chaos.asking import CARD_SECONDS

if __name__ == "__main__":
    card.LASTS = timedelta(seconds=CARD_SECONDS)
    from bot.__main__ import main

    sys.exit(main())
