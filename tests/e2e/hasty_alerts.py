"""`python -m tests.e2e.hasty_alerts`: the bot, which updates a line about an alert each second."""

import sys
from datetime import timedelta

from bot.__main__ import main
from session.transitions import alerts

if __name__ == "__main__":
    alerts.LINE_EVERY = timedelta(seconds=1)
    sys.exit(main())
