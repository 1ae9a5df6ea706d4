"""Tells for each failure of a run what to do about it, and what people are told."""

from enum import StrEnum

from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelOverloadedError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    UnexpectedModelBehavior,
)

from bot.investigators.agent import words

_TOO_LONG = (
    "context_length",
    "context length",
    "context_size",
    "context size",
    "context window",
    "context limit",
    "maximum context",
    "too many tokens",
    "prompt is too long",
    "input is too long",
    "reduce the length",
    "request too large",
)
_TOO_LARGE = 413
_NO_QUOTA = ("credit balance", "usage limits", "insufficient balance", "insufficient_quota")
_BAD_KEY = ("api key expired", "api key not valid", "api_key_invalid", "invalid api key")
_FLAGGED = (
    "usage policy",
    "content management policy",
    "content filter",
    "content_filter",
    "invalid_prompt",
)
_NOTHING_CAME = ("ended without content",)
PASSING_STATUSES = frozenset({408, 409, 425})
"""Too slow, in conflict, too early: clients try these again."""
_SCHEMA = ("schema", "function", "tool")
_IMAGE = ("image", "vision", "multimodal", "mmproj", "media", "content type")


class Remedy(StrEnum):
    """A change with which a failed request is tried again; each at most once in a turn."""

    SHORTER = "shorter"
    WITHOUT_TOOL = "without_tool"
    WITHOUT_IMAGES = "without_images"
    HISTORY_AS_SUMMARY = "history_as_summary"
    RESUME = "resume"


def remedies(
    error: Exception, *, has_history: bool, may_resume: bool, has_images: bool = False
) -> list[Remedy]:
    """Return what may help, the likeliest first; empty if nothing does.

    `may_resume`: it was not asked again and again already, or has given answers before.
    """
    images = [Remedy.WITHOUT_IMAGES] if has_images else []
    if is_too_long(error):
        return [*images, Remedy.SHORTER]
    if _is_of_the_account(error):
        return []
    if is_rejected(error):
        found = [Remedy.WITHOUT_TOOL] if _speaks_of(error, _SCHEMA) else []
        found = [*images, *found] if _speaks_of(error, _IMAGE) else [*found, *images]
        if has_history:
            return [*found, Remedy.HISTORY_AS_SUMMARY]
        return found if _is_flagged(error) else [*found, Remedy.SHORTER]
    if has_history and (isinstance(error, ModelNotFoundError) or not _is_of_a_run(error)):
        return [Remedy.HISTORY_AS_SUMMARY]
    if may_resume and _has_broken_off(error):
        return [Remedy.RESUME]
    return []


def is_too_long(error: Exception) -> bool:
    """Tell whether a request did not fit the context, in any provider's words."""
    if isinstance(error, ModelContextWindowExceededError):
        return True
    if isinstance(error, ModelHTTPError) and error.status_code == _TOO_LARGE:
        return True
    # A request over the limit of a minute never gets through, however long one waits.
    is_about_it = is_rejected(error) or isinstance(error, ModelRateLimitError)
    return is_about_it and _speaks_of(error, _TOO_LONG)


def is_rejected(error: Exception) -> bool:
    """Tell whether the provider finds the request itself wrong."""
    if isinstance(error, ModelAuthenticationError | ModelNotFoundError):
        return False
    if isinstance(error, ModelRequestRejectedError):
        return True
    return isinstance(error, ModelHTTPError) and error.status_code in {400, 422}


def _is_of_the_account(error: Exception) -> bool:
    """Tell whether key or quota are to blame: nothing that is sent otherwise helps then."""
    is_said_so = is_rejected(error) and _speaks_of(error, (*_NO_QUOTA, *_BAD_KEY))
    return is_said_so or isinstance(error, ModelAuthenticationError | ModelQuotaExceededError)


def _is_flagged(error: Exception) -> bool:
    """Tell whether the provider does not want to answer what it was asked."""
    return is_rejected(error) and _speaks_of(error, _FLAGGED)


def _is_of_a_run(error: Exception) -> bool:
    """Tell apart what a run reports from what a stored history breaks before it."""
    return isinstance(error, AgentRunError)


def _has_broken_off(error: Exception) -> bool:
    """Tell whether an answer did not come, or not to its end."""
    if isinstance(error, UnexpectedModelBehavior):
        return _speaks_of(error, _NOTHING_CAME)
    is_final = isinstance(
        error, ModelAuthenticationError | ModelQuotaExceededError | ModelRateLimitError
    )
    return isinstance(error, ModelAPIError) and not (is_final or _is_refused(error))


def _is_refused(error: Exception) -> bool:
    """Tell whether a server answered that it does not take such requests at all."""
    if not isinstance(error, ModelHTTPError):
        return False
    return 400 <= error.status_code < 500 and error.status_code not in PASSING_STATUSES


def _speaks_of(error: Exception, signs: tuple[str, ...]) -> bool:
    text = text_of(error).lower()
    return any(sign in text for sign in signs)


def text_of(error: Exception) -> str:
    """Return all that a provider said; never for people, it can repeat the key."""
    return f"{error} {getattr(error, 'body', '')}"


def sentence(error: Exception) -> str:
    """Return our sentence for people."""
    match error:
        case ModelAuthenticationError():
            return words.KEY_REFUSED
        case ModelQuotaExceededError():
            return words.NO_QUOTA
        case ModelNotFoundError():
            return words.MODEL_UNKNOWN
        case _ if is_too_long(error):
            return words.TOO_LONG
        case ModelRateLimitError() | ModelOverloadedError():
            return words.OVERLOADED
        case ContentFilterError():
            return words.REFUSED
        case _ if is_rejected(error) and _speaks_of(error, _BAD_KEY):
            return words.KEY_REFUSED
        case _ if is_rejected(error) and _speaks_of(error, _NO_QUOTA):
            return words.NO_QUOTA
        case _ if _is_flagged(error):
            return words.REFUSED
        case _ if is_rejected(error):
            return words.REJECTED
        case _ if _is_refused(error):
            return words.REJECTED
        case ModelAPIError():
            return words.UNREACHABLE
    return words.NO_ANSWER
