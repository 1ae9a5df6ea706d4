"""Settings: their values, their sources, and sentences about bad ones."""

from bot.config.forms import GOOD_FORMS
from bot.config.settings import Settings

__all__ = ["GOOD_FORMS", "Settings"]
