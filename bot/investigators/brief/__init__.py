"""Briefs people on the thread they are in; needs no key and no network."""

from bot.investigators.brief.investigator import BriefInvestigator

__all__ = ["BriefInvestigator"]
