"""What can go wrong in the application, under one root."""


class BurrowError(Exception):
    """The root of every error the application raises on its own account."""


class ConfigurationError(BurrowError):
    """A setting is missing or bad; the text is for the operator, one sentence a line."""


class SlackUnreachableError(BurrowError):
    """Slack could not be reached although it was tried for a while."""


class PostingError(BurrowError):
    """A post could not be made now; `is_final` says that trying again is no use."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        self.is_final = is_final
        super().__init__(message)
