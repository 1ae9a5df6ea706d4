"""The errors of the application, under one root."""

from enum import StrEnum


class BurrowError(Exception):
    """The root of every error the application raises on its own account."""


class ConfigurationError(BurrowError):
    """A setting is missing or bad; the text is for the operator, one sentence a line."""


class SlackUnreachableError(BurrowError):
    """Slack could not be reached although it was tried for a while."""


class ShuttingDownError(BurrowError):
    """Nothing is taken in any more: this process ends."""


class Hope(StrEnum):
    """Whether trying a refused post again can help."""

    PASSING = "passing"
    """It may go by itself."""
    REPAIRABLE = "repairable"
    """The operator must do something first: a token, a scope, an invitation."""
    NONE = "none"
    """It can never be posted."""


class PostingError(BurrowError):
    """A post could not be made now; `hope` says whether trying again can help.

    `again_in`: the seconds of the pause that was asked for, if one was.
    """

    def __init__(
        self, message: str, *, hope: Hope = Hope.PASSING, again_in: float | None = None
    ) -> None:
        self.hope = hope
        self.again_in = again_in
        super().__init__(message)


class LabelsHiddenError(PostingError):
    """Posts of ours stand in the conversation, but none shows its label."""
