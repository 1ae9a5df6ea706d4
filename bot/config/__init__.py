"""Settings: what can be set, where it is read from, and what is wrong with it."""

from bot.config.forms import GOOD_FORMS
from bot.config.settings import Settings

__all__ = ["GOOD_FORMS", "Settings"]
