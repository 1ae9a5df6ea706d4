"""Settings: what can be set, where it is read from, and what is wrong with it."""

from bot.config.settings import GOOD_FORMS, Settings

__all__ = ["GOOD_FORMS", "Settings"]
